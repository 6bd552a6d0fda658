"""Makes the modules of the contracts, with their types, out of proto/ whenever a wheel is built."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import grpc_tools
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ContractsHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        # In a source distribution they lie beside this file, in the repository two folders above.
        here, above = root / "proto", root.parents[1] / "proto"
        contracts = here if here.is_dir() else above
        if self.target_name == "sdist":
            build_data["force_include"][str(contracts / "synthsmith")] = "proto/synthsmith"
            return
        if version == "editable":
            raise RuntimeError("the modules of the contracts are in wheels only; install without --editable")
        self.made = tempfile.TemporaryDirectory()
        make(contracts, Path(self.made.name))
        build_data["force_include"][str(Path(self.made.name) / "synthsmith")] = "synthsmith"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name != "sdist":
            self.made.cleanup()


def make(contracts: Path, out: Path) -> None:
    included = Path(grpc_tools.__file__).parent / "_proto"
    files = sorted(str(path.relative_to(contracts)) for path in contracts.glob("synthsmith/**/*.proto"))
    outputs = [f"--{kind}_out={out}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    # Plugins are found beside the interpreter, which need not be in PATH.
    plugins = [f"--plugin=protoc-gen-{name}={Path(sys.executable).parent / f'protoc-gen-{name}'}" for name in ("mypy", "mypy_grpc")]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{contracts}", f"-I{included}", *plugins, *outputs, *files]
    subprocess.run(command, check=True)
    for folder in {path.parent for path in out.glob("synthsmith/**/*.py")}:
        for package in (folder, folder.parent):
            (package / "__init__.py").touch()
