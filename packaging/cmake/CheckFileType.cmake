# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DUPDATE=update-mime-database -DMIME=FILE -DFOLDER=SCRATCH -P: a file manager learns the file type from FILE.
file(REMOVE_RECURSE "${FOLDER}")
file(COPY "${MIME}" DESTINATION "${FOLDER}/packages")
execute_process(COMMAND "${UPDATE}" "${FOLDER}" COMMAND_ERROR_IS_FATAL ANY)
file(READ "${FOLDER}/globs" globs)
if(NOT globs MATCHES "application/x-rulescope-study:\\*\\.rulescope")
    message(FATAL_ERROR "The file type is not known by its name: ${globs}")
endif()
file(REMOVE_RECURSE "${FOLDER}")
