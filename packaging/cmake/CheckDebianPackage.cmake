# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DBUILD=FOLDER -DDPKG_DEB=PROGRAM -P: makes the Debian package and looks into it.
set(folder "${BUILD}/package-check")
file(REMOVE_RECURSE "${folder}")
get_filename_component(bin "${CMAKE_COMMAND}" DIRECTORY)
execute_process(COMMAND "${bin}/cpack" -G DEB -B "${folder}" --config "${BUILD}/CPackConfig.cmake"
    WORKING_DIRECTORY "${BUILD}" RESULT_VARIABLE outcome OUTPUT_VARIABLE log ERROR_VARIABLE log)
file(GLOB package "${folder}/rulescope_*.deb")
if(NOT outcome EQUAL 0 OR NOT package)
    message(FATAL_ERROR "No package was made:\n${log}")
endif()
execute_process(COMMAND "${DPKG_DEB}" --contents "${package}" OUTPUT_VARIABLE contents COMMAND_ERROR_IS_FATAL ANY)
foreach(file bin/rulescope bin/rulescope-cli share/applications/org.rulescope.Rulescope.desktop
        share/metainfo/org.rulescope.Rulescope.metainfo.xml share/mime/packages/rulescope.xml
        share/icons/hicolor/scalable/apps/rulescope.svg share/doc/Rulescope/copyright)
    if(NOT contents MATCHES "\\./usr/${file}\n")
        message(FATAL_ERROR "The package lacks usr/${file}:\n${contents}")
    endif()
endforeach()
execute_process(COMMAND "${DPKG_DEB}" --field "${package}" Depends OUTPUT_VARIABLE depends COMMAND_ERROR_IS_FATAL ANY)
foreach(library libqt6widgets6 libqcustomplot libtorch libhdf5)
    if(NOT depends MATCHES "${library}")
        message(FATAL_ERROR "The package does not depend on ${library}: ${depends}")
    endif()
endforeach()
file(REMOVE_RECURSE "${folder}")
