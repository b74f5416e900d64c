"""Are the rooms tidy? What import-linter cannot say: the libraries a room may use, the words the chassis knows."""

import ast
import re
import sys
from pathlib import Path

import pytest

SERVICES = sorted(path.parent.name for path in Path("services").glob("*/pyproject.toml"))
MAY_IMPORT = {
    "domain": {"telecom"},
    "application": {"telecom", "contracts"},
}
TELECOM_WORDS = re.compile(
    r"\b(trunk|porting|telecom|phone|sip|tariff|quote|agreement|carrier|site)s?\b", re.IGNORECASE
)


def imported(path: Path) -> set[str]:
    """The top-level packages a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("room", MAY_IMPORT)
def test_domain_and_application_use_no_library(service: str, room: str) -> None:
    allowed = MAY_IMPORT[room] | {service} | set(sys.stdlib_module_names)
    folder = Path("services", service, "src", service, room)
    strangers = {f"{path}: {name}" for path in folder.rglob("*.py") for name in imported(path) if name not in allowed}
    assert strangers == set()


@pytest.mark.parametrize("service", SERVICES)
def test_the_domain_is_neither_asynchronous_nor_does_it_look_at_a_clock(service: str) -> None:
    domain = Path("services", service, "src", service, "domain")
    guilty = [
        f"{path}:{number}"
        for path in domain.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\basync def\b|\.now\(|\.today\(|time\.time\(", line)
    ]
    assert guilty == []


def test_the_chassis_knows_no_telecom_word() -> None:
    said = [
        f"{path}:{number}: {line.strip()}"
        for path in Path("chassis/src").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if TELECOM_WORDS.search(line)
    ]
    assert said == []


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    suspicious = re.compile(r"//(?:[\w.-]*\.)?(?:pypi|pythonhosted|npmjs|maven|debian)\.\w+|/(?:work|root|tmp)/\w")
    kinds = {".py", ".md", ".toml", ".lock", ".yaml", ".json", ".sh"}
    texts = [path for path in Path().rglob("*") if path.suffix in kinds and path.is_file()]
    ours = [
        path for path in texts if not {".venv", ".git", "build", ".run", "vendor", "node_modules"} & set(path.parts)
    ]
    guilty = [
        str(path)
        for path in ours
        if path != Path(__file__).relative_to(Path.cwd()) and suspicious.search(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []
