#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates NWB files with hdmf's validator (python3-hdmf), which pynwb's own command wraps.

validate.py SCHEMA.nwb FILE...

The schema is the one that SCHEMA.nwb, written by pynwb, carries in /specifications. One line per fault; exit 1 if
there is any.
"""
import json
import os
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import h5py
from hdmf.backends.hdf5 import HDF5IO
from hdmf.build import BuildManager, TypeMap
from hdmf.spec import NamespaceCatalog
from hdmf.validate import ValidatorMap

NAMESPACES = ("hdmf-common", "hdmf-experimental", "core")
# hdmf's own names of what NWB calls neurodata types.
TYPE_KEYS = {"neurodata_type_def": "data_type_def", "neurodata_type_inc": "data_type_inc",
             "neurodata_type": "data_type", "neurodata_types": "data_types"}


def renamed(item):
    if isinstance(item, dict):
        return {TYPE_KEYS.get(key, key): renamed(value) for key, value in item.items()}
    return [renamed(value) for value in item] if isinstance(item, list) else item


def catalogue(schema_file):
    """The namespaces that a file carries, as hdmf reads them from a folder."""
    catalog = NamespaceCatalog()
    with tempfile.TemporaryDirectory() as folder, h5py.File(schema_file) as file:
        for namespace in NAMESPACES:
            (texts,) = file["specifications"][namespace].values()
            for name, text in texts.items():
                spec = renamed(json.loads(text[()]))
                for source in [s for n in spec.get("namespaces", []) for s in n["schema"] if "source" in s]:
                    source["source"] = f"{namespace}.{source['source'].removesuffix('.yaml')}.yaml"
                with open(os.path.join(folder, f"{namespace}.{name}.yaml"), "w", encoding="utf-8") as out:
                    json.dump(spec, out)
        for namespace in NAMESPACES:
            catalog.load_namespaces(os.path.join(folder, f"{namespace}.namespace.yaml"))
    return catalog


def name_types(builder):
    if "neurodata_type" in builder.attributes:
        dict.__setitem__(builder.attributes, "data_type", builder.attributes["neurodata_type"])
    for part in ("groups", "datasets"):
        for child in getattr(builder, part, {}).values():
            name_types(child)


def main(schema_file, files):
    catalog = catalogue(schema_file)
    faults = 0
    for path in files:
        with HDF5IO(path, mode="r", manager=BuildManager(TypeMap(catalog))) as file:
            root = file.read_builder()
            name_types(root)
            for error in ValidatorMap(catalog.get_namespace("core")).validate(root):
                print(f"{path}: {error}")
                faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
