"""The house rules, as tests: floors, sizes, docstrings, one export an extension, words."""

import ast
import re
from pathlib import Path

import pytest

from harness.registry import folders

HOUSE = Path(__file__).parent.parent
HARNESS = HOUSE / "harness"
MODULES = sorted(HARNESS.rglob("*.py"))
EXTENSIONS = (
    *("buffer", "charts", "commands", "contrasts", "faults", "kms", "materials", "pacing"),
    *("retry", "store"),
)

# Each module imports only from floors below its own, or from its own room on the same floor.
FLOORS = (
    ("errors", "clock", "principals", "causes"),
    ("registry", "quantity", "wav", "journal", "recording", "load", "backlog", "backend"),
    ("expect", "admin", "sigv4", "spool", "envelope", "bucket"),
    ("kms",),
    ("retry", "pacing", "store", "index", "gateway"),
    ("policy",),
    ("materials", "buffer", "faults", "attempts", "gate", "failover"),
    ("pipeline", "playback", "rewrap", "undo", "strike", "handshake"),
    ("checks", "customer_key", "link"),
    ("plan",),
    ("scenario",),
    ("catalogue",),
    ("completion",),
    ("live", "analysis"),
    ("charts",),
    ("contrasts",),
    ("report",),
    ("commands",),
    ("cli",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
LEFT = (
    "pipeline",
    "playback",
    "rewrap",
    "gate",
    "pacing",
    "materials",
    "live",
    "buffer",
    "kms",
    "attempts",
    "undo",
    "faults",
    "failover",
    "store",
    "policy",
    "handshake",
    "customer_key",
    "link",
)
RIGHT = ("analysis", "charts", "contrasts", "report")
AVOIDED = re.compile(r"\b\w*(manager|handler|helper|utils|util)\w*\b", re.IGNORECASE)


def name(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "harness":
            found |= {f"harness.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_imports_only_from_the_floors_below(path: Path) -> None:
    own = room(name(path))
    wrong = [
        found
        for found in imports(path)
        if found.startswith("harness.")
        and room(found) != own
        and FLOOR[room(found)] >= FLOOR.get(own, -1)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_two_halves_meet_only_at_the_journal(path: Path) -> None:
    own, found = room(name(path)), imports(path)
    if own in RIGHT:
        assert [module for module in found if room(module) in LEFT] == []
    elif own != "commands":
        libraries = {module.split(".")[0] for module in found}
        assert libraries & {"pandas", "matplotlib", "numpy"} == set()
        assert [module for module in found if room(module) in RIGHT] == []


def test_nobody_imports_an_extension_by_name() -> None:
    shared = {"harness.kms.boto3"}  # its wording of a ClientError serves the control plane too
    by_name = [
        (name(path), found)
        for path in MODULES
        for found in imports(path)
        if found.count(".") == 2 and found.split(".")[1] in EXTENSIONS and found not in shared
        if not found.split(".")[2].startswith("_")
    ]
    assert by_name == []


def test_only_one_module_imports_locust_and_none_imports_boto3_when_it_is_loaded() -> None:
    loads = {
        name(path): {module.split(".")[0] for module in imports(path)} & {"locust", "boto3"}
        for path in MODULES
    }
    assert {module: found for module, found in loads.items() if found} == {
        "harness.live.locustfile": {"locust"}
    }


def test_each_folder_of_extensions_is_known_as_one() -> None:
    """`ekm list` finds them by themselves; a file without its one export would hide its folder."""
    assert tuple(folders()) == EXTENSIONS


@pytest.mark.parametrize("folder", EXTENSIONS)
def test_an_extension_has_one_export(folder: str) -> None:
    for path in (HARNESS / folder).glob("[!_]*.py"):
        exports = [
            ast.literal_eval(node.value)
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "__all__"
        ]
        assert [len(names) for names in exports] == [1], path


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nobody_raises_an_exception_made_beforehand(path: Path) -> None:
    """Each raise would add to its traceback, and keep every frame, message and body it met."""
    raised = [
        node.exc for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)
    ]
    kept = [exc.id for exc in raised if isinstance(exc, ast.Name) and exc.id.isupper()]
    assert kept == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_a_sentence_and_stays_within_200_lines(path: Path) -> None:
    text = path.read_text()
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].strip()
    assert first.endswith((".", "?", ":")), f"{name(path)} opens with {first!r}"
    assert len(text.splitlines()) <= 200


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_stays_under_40_lines(path: Path) -> None:
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno + 1 >= 40]
    assert long == []


def test_most_functions_are_short() -> None:
    lengths = sorted(
        (f.end_lineno or 0) - f.body[0].lineno + 1 for path in MODULES for f in functions(path)
    )
    assert lengths[len(lengths) // 2] <= 6
    assert lengths[len(lengths) * 9 // 10] < 20


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_names_are_of_the_domain(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    ]
    assert [found for found in [*named, path.stem] if AVOIDED.search(found)] == []


def test_a_public_class_says_what_it_is() -> None:
    silent = [
        f"{name(path)}.{node.name}"
        for path in MODULES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("kind", ["scenarios", "faults"])
def test_every_scenario_and_fault_has_a_page_of_its_name(kind: str) -> None:
    folder = HOUSE / "scenarios" if kind == "scenarios" else HARNESS / "faults"
    named = {path.stem for path in folder.glob("[!_]*.py")}
    assert named - {path.stem for path in (HOUSE / "docs" / kind).glob("*.md")} == set()


@pytest.mark.parametrize(
    "path",
    [*HOUSE.glob("*requirements.txt"), *HOUSE.glob("tools/*requirements.txt")],
    ids=lambda path: path.name,
)
def test_pins_name_no_registry_and_no_machine(path: Path) -> None:
    pins = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9_.\-]+==[\w.]+", pin)] == []


def test_the_lock_file_names_no_registry() -> None:
    lock = (HOUSE / "tests" / "clients" / "scripts" / "package-lock.json").read_text()
    assert re.findall(r"resolved|://", lock) == []
