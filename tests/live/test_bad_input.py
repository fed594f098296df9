"""Bad input: each mistake is told in one line, exits with 2, and leaves nothing half-made."""

import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadInput
from harness.journal import Kind
from tests.gateway.running import Running
from tests.processes import Desk, Ended, end_group, ended_in_any_case, finish, rows, until

SILENT = "http://127.0.0.1:1"

TYPED = [
    ("rn steady", "no command named 'rn'. Did you mean 'run'?"),
    ("list fault", "no list named 'fault'. Did you mean 'faults'?"),
    ("run", "the following arguments are required: SCENARIO"),
    ("run steady --fast", "unrecognized arguments: --fast"),
    ("run stedy", "no scenario named 'stedy'. Did you mean 'steady'?"),
    ("run nowhere/drill.py", "no scenario file at nowhere/drill.py"),
    ("run steady --kms localstak", "no KMS backend named 'localstak'. Did you mean 'localstack'?"),
    ("run steady --client boto", "no KMS client named 'boto'. Did you mean 'boto3'?"),
    ("run steady --buffer sqlit", "no buffer named 'sqlit'. Did you mean 'sqlite'?"),
    ("run steady --store disk", "no store named 'disk'."),
    ("run steady --rate fast", "got 'fast', wanted a rate such as 200/s"),
    ("run steady --rate 0/s", "the rate of a line: got 0.0, wanted a rate above zero"),
    ("run steady -t soon", "run time: got 'soon', wanted a duration such as 30s"),
    ("run steady -t 0s", "run time: got '0s', wanted 1s or more"),
    ("run steady -u none", "got 'none', wanted a whole number from 1"),
    ("run steady -u 0", "got '0', wanted a whole number from 1"),
    ("run steady -r x", "spawn rate: got 'x', wanted a rate such as 200/s"),
    ("run steady --quota lots", "got 'lots', wanted a rate such as 200/s"),
    ("run steady --latency slow", "latency"),
    ("run steady --workers 0", "got '0', wanted a whole number from 1"),
    ("run steady --seed -1", "got '-1', wanted a whole number from 0"),
    ("run steady --buffer-recordings few", "got 'few', wanted a whole number from 1"),
    ("run steady --sdk-retry-mode hard", "invalid choice: 'hard'"),
    ("run steady --retry ful_jitter", "no retry policy named 'ful_jitter'. Did you mean"),
    ("run steady --pacing amid", "no pacing named 'amid'. Did you mean 'aimd'?"),
    ("run steady --retry fixed --sdk-retry-mode legacy", "--retry beside --sdk-retry-mode, wanted"),
    ("run steady --endpoint localhost", "the KMS endpoint: got 'localhost', wanted a URL"),
    (f"run steady --endpoint {SILENT}", f"no KMS answers at {SILENT}"),
    ("run steady --key alias/none", "no such key: got 'alias/none'"),
    ("run steady --kms aws", "no request budget, wanted --request-budget on aws"),
    ("run steady --recordings nowhere", "the recordings folder: got 'nowhere'"),
    ("run steady --out a_file/reports", "cannot make a run's folder in a_file/reports"),
    ("run steady --buffer-file nowhere/edge", "the buffer file nowhere/edge cannot be used"),
    ("recordings make a_file", "cannot write into a_file"),
    ("recordings make calls --count 0", "got '0', wanted a whole number from 1"),
    ("report nowhere", "no run: got 'nowhere', wanted a folder that holds journal.bin"),
    ("report .", "cannot read the journal journal.bin: No such file or directory"),
    ("kms serve --port 70000", "--port: got 70000, wanted 0 to 65535"),
    ("kms serve --quota -5", "--quota: got -5, wanted calls a second"),
    ("kms serve --upstream https://kms.us-east-1.amazonaws.com", "--upstream is AWS, or may be"),
    ("kms serve --allow-aws", "--allow-key, wanted --upstream"),
    ("kms serve --host nowhere.invalid", "cannot listen on nowhere.invalid"),
    ("fault inject throtle", "no fault named 'throtle'. Did you mean 'throttle'?"),
    ("fault inject throttle", "fault throttle, wanted either a quota or a share"),
    ("fault inject throttle quota", "a fault's setting: got 'quota', wanted NAME=VALUE"),
    ("fault inject throttle quota=much", "quota: got 'much', wanted a rate such as 200/s"),
    ("fault inject throttle share=2", "a share from 0 to 1"),
    ("fault inject throttle speed=2", "fault throttle: got an unexpected keyword argument 'speed'"),
    ("fault inject key_disabled", "key_disabled is no wire fault"),
    (f"fault list --endpoint {SILENT}", f"no gateway answers at {SILENT}"),
]

PLAN = "from harness.plan import Plan, at\nfrom harness.scenario import users\n"
WRITTEN = [
    ("value = 1 / 0\n", "drill.py, line 1: ZeroDivisionError: division by zero"),
    ("\n\nplan = (\n", "drill.py, line 3: '(' was never closed"),
    ("import nowhere\n", "drill.py, line 1: ModuleNotFoundError: No module named 'nowhere'"),
    ("about = 'nothing'\n", "drill.py sets no plan, wanted plan = Plan(...)"),
    (PLAN + "plan = Plan(lines=1)\n", "drill.py, line 3: TypeError: "),
    (PLAN + "at('1s', 'throtle', '1s')\n", "line 3: no fault named 'throtle'. Did you mean"),
    (PLAN + "at('1s', 'throttle', '1s', pace=1)\n", "line 3: fault throttle: got an unexpected"),
    (PLAN + "at('1 day', 'key_disabled', '1s')\n", "line 3: duration: got '1 day', wanted units"),
]
SETTINGS = [
    ({"rate": "fast"}, "the rate of a line: got 'fast', wanted a rate such as 200/s"),
    ({"run_time": "an hour"}, "run time: got 'an hour', wanted a duration"),
    ({"buffer_bytes": "big"}, "the buffer's bytes: got 'big', wanted a size such as"),
    ({"buffer": "sqlight"}, "no buffer named 'sqlight'. Did you mean 'sqlite'?"),
    ({"retry": "full_jiter"}, "no retry policy named 'full_jiter'. Did you mean 'full_jitter'?"),
    ({"pacing": "workes"}, "no pacing named 'workes'. Did you mean 'workers'?"),
    ({"retry": "fixed", "retry_settings": {"delay_s": 0}}, "retry policy fixed, delay_s: got 0"),
    ({"pacing": "rate", "pacing_settings": {"per_s": 5}}, "pacing rate: got an unexpected keyword"),
    ({"store": "dictionary"}, "no store named 'dictionary'. Did you mean 'directory'?"),
    (
        {"materials": "per_recordin"},
        "no materials named 'per_recordin'. Did you mean 'per_recording'?",
    ),
    ({"recordings": {"fax": 1.0}}, "recordings' mix: got {'fax': 1.0}, wanted weights for kinds"),
    ({"scale": 2}, "recordings' scale: got 2, wanted a share of the real size"),
    ({"expectations": ("lost = 0",)}, "lost = 0"),
]


@pytest.mark.parametrize(("typed", "told"), TYPED, ids=[typed for typed, _ in TYPED])
def test_a_mistake_on_the_command_line(desk: Desk, typed: str, told: str) -> None:
    (desk.folder / "a_file").touch()
    check(desk, desk.ekm(*typed.split()), told)


@pytest.mark.parametrize(("text", "told"), WRITTEN, ids=[told for _, told in WRITTEN])
def test_a_mistake_in_a_scenario_file(desk: Desk, text: str, told: str) -> None:
    (desk.folder / "drill.py").write_text(text)
    check(desk, desk.ekm("run", "drill.py"), told)


@pytest.mark.parametrize(("changed", "told"), SETTINGS, ids=[told for _, told in SETTINGS])
def test_a_setting_of_a_plan_that_is_none(desk: Desk, changed: dict[str, Any], told: str) -> None:
    check(desk, desk.ekm("run", desk.scenario(**changed)), told)


def test_a_port_that_is_in_use(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = desk.ekm("kms", "serve", "--port", str(port))
    check(desk, ended, f"cannot listen on 127.0.0.1:{port}")


def test_a_key_that_the_kms_does_not_have(desk: Desk, served: Running) -> None:
    ended = desk.ekm("run", "steady", "--endpoint", served.url, "--key", "alias/none")
    check(desk, ended, f"no such key: got 'alias/none', wanted one that {served.url} has")


def test_a_quota_for_a_kms_that_runs_already(desk: Desk, served: Running) -> None:
    words = ("run", "steady", "--quota", "5/s", "--endpoint", served.url)
    check(desk, desk.ekm(*words), f"--quota and --latency have no effect on: got '{served.url}'")


def test_a_key_that_is_disabled(desk: Desk, served: Running) -> None:
    key = served.client().create_key()["KeyMetadata"]["KeyId"]
    served.client().disable_key(KeyId=key)
    ended = desk.ekm("run", "steady", "--endpoint", served.url, "--key", key)
    check(desk, ended, "the handshake refused the key (disabled; ")


def test_a_key_that_cannot_make_data_keys(desk: Desk, served: Running) -> None:
    key = served.client().create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    words = ("run", "steady", "--endpoint", served.url, "--key", key["KeyMetadata"]["KeyId"])
    check(desk, desk.ekm(*words), "the handshake refused the key (asymmetric_key; ")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda raw: b"no journal" + raw, "is not a journal"),
        (lambda raw: raw[:4] + b"\x63" + raw[5:], "has another format"),
        (lambda raw: raw[:12] + b"\xff" * 40 + raw[52:], "has a damaged header"),
        (lambda raw: raw[:-70] + b"\0" * 30 + raw[-40:], "is damaged at row"),
    ],
    ids=["no journal", "another format", "a damaged header", "a damaged row"],
)
def test_a_corrupt_journal(
    desk: Desk, a_journal: bytes, damage: Callable[[bytes], bytes], told: str
) -> None:
    run = desk.folder / "a_run"
    run.mkdir()
    (run / "journal.bin").write_bytes(damage(a_journal))
    check(desk, desk.ekm("report", "a_run"), told)
    assert [path.name for path in run.iterdir()] == ["journal.bin"]


@pytest.fixture(scope="module")
def a_journal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    desk = Desk(tmp_path_factory.mktemp("journal"))
    assert desk.ekm("run", desk.scenario(run_time="1s")).code == 0
    (run,) = desk.runs()
    return (run / "journal.bin").read_bytes()


@pytest.mark.parametrize(
    "written", [b"not a database, but longer than its header " * 40, b"\0" * 50]
)
def test_a_buffer_file_that_is_none(desk: Desk, written: bytes) -> None:
    edge = desk.folder / "edge.sqlite"
    edge.write_bytes(written)
    ended = desk.ekm("run", desk.scenario(), "--buffer-file", "edge.sqlite")
    check(desk, ended, "the buffer file edge.sqlite cannot be used: file is not a database")
    assert edge.read_bytes() == written


def test_a_buffer_file_that_another_run_has(desk: Desk, served: Running) -> None:
    words = ("run", desk.scenario(run_time="60s"), "--endpoint", served.url)
    mine = ("--buffer-file", "edge.sqlite", "--out", "mine")
    with ended_in_any_case(desk.start("ekm", *words, *mine)):
        until("the first run has the buffer", (desk.folder / "edge.sqlite-wal").exists)
        ended = desk.ekm(*words, "--buffer-file", "edge.sqlite")
    check(desk, ended, "the buffer file edge.sqlite cannot be used: it is in use by another run")


def test_a_buffer_whose_key_the_kms_does_not_have(desk: Desk, served: Running) -> None:
    edge = desk.folder / "edge.sqlite"
    words = ("--buffer-file", "edge.sqlite")
    filling = desk.scenario(("0s", "key_disabled", "60s", {}), run_time="60s")
    there = ("--endpoint", served.url, "--out", "filling")
    with ended_in_any_case(desk.start("ekm", "run", filling, *words, *there)) as run:
        until("a backlog", lambda: waiting(desk.folder / "filling") > 50)
        end_group(run)
        finish(run, 10)
    ended = desk.ekm("run", desk.scenario(), *words)
    check(desk, ended, "under a spool key that this KMS does not unwrap")
    assert "all are kept" in ended.said
    assert edge.exists()
    assert desk.ekm("heal").code == 0
    there = ("--endpoint", served.url, "--out", "emptying")
    assert desk.ekm("run", desk.scenario(run_time="1s"), *words, *there).code == 0


@pytest.mark.parametrize(
    ("room", "told"),
    [
        (0, "journal.bin cannot be written: File too large"),
        (20_000, "buffer.sqlite cannot be used"),
    ],
)
def test_a_disk_that_is_full_from_the_start(desk: Desk, room: int, told: str) -> None:
    check(desk, desk.ekm("run", desk.scenario(), preexec_fn=room_for(room)), told)


def test_a_disk_that_fills_up_ends_the_run_and_what_it_had_accepted_is_kept(desk: Desk) -> None:
    scenario = desk.scenario(scale=0.02, run_time="20s")
    ended = desk.ekm("run", scenario, preexec_fn=room_for(1_000_000))
    assert ended.code == 2, ended
    (line,) = [line for line in ended.lines if line.startswith("ekm: ")]
    assert "buffer.sqlite.spool cannot be written: File too large" in line
    assert "Traceback" not in ended.said
    counts = desk.summary()["recordings"]
    assert counts["lost"] == 0
    assert counts["arrived"] == counts["sealed"] + counts["buffered"] > 0


def room_for(octets: int) -> Callable[[], None]:
    """A limit on the size of each file stands in for a full disk: it needs no rights to set."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))


def waiting(out: Path) -> int:
    """How many recordings the only run in `out` has accepted and not sealed, says its journal."""
    for journal in out.glob("*/journal.bin"):
        run = journal.parent
        return len(rows(run, Kind.ARRIVAL)) - len(rows(run, Kind.SEAL))
    return 0


def check(desk: Desk, ended: Ended, told: str) -> None:
    """One line that tells the mistake, exit code 2, and no run's folder."""
    assert (ended.code, ended.out) == (BadInput.exit_code, ""), ended
    (line,) = ended.lines
    assert line.startswith("ekm")
    assert told in line
    assert desk.runs() == []
