"""The commands that say what there is, and those that set faults on a KMS served by hand."""

import json

import pytest

from harness.catalogue import kinds, listed
from harness.registry import names
from tests.analysis import queues
from tests.gateway.running import Running
from tests.processes import Desk


def test_list_tells_every_scenario_with_its_sentence(desk: Desk) -> None:
    ended = desk.ekm("list")
    assert (ended.code, ended.said) == (0, "")
    listed = {line.split()[0]: line for line in ended.out.splitlines()}
    assert {"steady", "throttle_storm", "key_disabled"} <= set(listed)
    assert "KMS throttles at the busiest hour" in listed["throttle_storm"]


@pytest.mark.parametrize("kind", kinds())
def test_list_tells_all_of_a_kind_on_a_line_each_and_cuts_no_sentence(
    desk: Desk, kind: str
) -> None:
    ended = desk.ekm("list", kind)
    assert (ended.code, ended.said) == (0, "")
    lines = [line.split(maxsplit=1) for line in ended.out.splitlines()]
    assert [(name, about) for name, about in lines] == list(listed(kind).items())
    assert [about for _, about in lines if about[-1] not in ".?!"] == []


@pytest.mark.parametrize(
    ("kind", "folder"),
    [("buffers", "buffer"), ("policies", "retry"), ("clients", "kms"), ("stores", "store")],
)
def test_what_a_folder_holds_is_listed_by_a_word_for_it(kind: str, folder: str) -> None:
    assert list(listed(kind)) == names(folder)


def test_a_list_is_there_for_programs(desk: Desk) -> None:
    ended = desk.ekm("list", "faults", "--json")
    assert (ended.code, ended.said) == (0, "")
    told = {row["name"]: row["about"] for row in json.loads(ended.out)}
    assert told == listed("faults")


def test_what_cannot_be_listed_is_one_line(desk: Desk) -> None:
    ended = desk.ekm("list", "polices")
    assert (ended.code, ended.lines) == (
        2,
        ["ekm: no list named 'polices'. Did you mean 'policies'?"],
    )


@pytest.mark.parametrize("words", [(), *((name,) for name in names("commands"))])
def test_every_command_explains_itself(desk: Desk, words: tuple[str, ...]) -> None:
    ended = desk.ekm(*words, "--help")
    assert (ended.code, ended.said) == (0, "")
    assert ended.out.startswith(f"usage: {' '.join(('ekm', *words))}")
    assert "examples:" in ended.out


def test_help_of_run_names_every_option_of_the_contract(desk: Desk) -> None:
    out = desk.ekm("run", "--help").out
    wanted = ("--kms", "--endpoint", "--key", "--client", "--buffer", "--seed", "--out", "-u", "-t")
    assert [option for option in wanted if option not in out] == []


def test_a_fault_is_injected_listed_and_cleared_by_hand(desk: Desk, served: Running) -> None:
    at = ("--endpoint", served.url)
    assert rules(desk, *at) == []
    assert desk.ekm("fault", "inject", "throttle", "quota=5/s", *at).code == 0
    assert desk.ekm("fault", "inject", "throttle", "share=30%", "--name", "storm", *at).code == 0
    assert rules(desk, *at) == ["storm", "throttle"]
    assert desk.ekm("fault", "clear", "storm", *at).code == 0
    assert rules(desk, *at) == ["throttle"]
    assert desk.ekm("fault", "clear", *at).code == 0
    assert rules(desk, *at) == []


def test_what_a_fault_is_about_is_told_in_a_table(desk: Desk, served: Running) -> None:
    at = ("--endpoint", served.url)
    assert desk.ekm("fault", "list", *at).out == "no fault is in force\n"
    settings = "p50=200ms p99=1s operation=Decrypt,Encrypt share=30% lasts=30s ramp=10s"
    ended = desk.ekm("fault", "inject", "latency", *settings.split(), "--name", "x", *at)
    assert (ended.code, ended.said) == (0, "")
    desk.ekm("fault", "inject", "outage", "mode=black_hole", "principal=*:user/other", *at)
    lines = [line.split("   ") for line in desk.ekm("fault", "list", *at).out.splitlines()]
    assert [[cell.strip() for cell in line if cell] for line in lines] == [
        ["NAME", "DOES", "TO", "WHEN"],
        [
            "x",
            "latency p50=0.2 p99=1.0 shape=lognormal",
            "Decrypt, Encrypt, 30%",
            "for 30 s, recovers over 10 s",
        ],
        [
            "outage",
            "black_hole",
            "all operations, principal *:user/other, 100%",
            "until it is cleared",
        ],
    ]
    assert desk.ekm("fault", "clear", *at).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("latncy",), "ekm: no fault named 'latncy'. Did you mean 'latency'?"),
        (("latency", "p50"), "ekm: a fault's setting: got 'p50', wanted NAME=VALUE"),
        (("latency", "p51=1s"), "ekm: fault latency: got an unexpected keyword argument 'p51'"),
        (("latency", "p50=soon"), "ekm: p50: got 'soon', wanted a duration such as"),
        (("reset", "operation=Decript"), "ekm: no operation named 'Decript'. Did you mean"),
        (("reset", "region=mars-1"), "refused PATCH faults: "),
        (("key_disabled",), "ekm: key_disabled is no wire fault, wanted a key's state is set"),
    ],
)
def test_a_fault_that_cannot_be_is_one_line(
    desk: Desk, served: Running, words: tuple[str, ...], said: str
) -> None:
    ended = desk.ekm("fault", "inject", *words, "--endpoint", served.url)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert said in ended.said


def rules(desk: Desk, *at: str) -> list[str]:
    """The names of the rules in force."""
    ended = desk.ekm("fault", "list", "--json", *at)
    assert (ended.code, ended.said) == (0, "")
    return sorted(rule["name"] for rule in json.loads(ended.out))


def test_a_summary_for_a_pull_request_is_printed_and_made_anew(desk: Desk) -> None:
    run = desk.folder / "a_run"
    run.mkdir()
    queues.write(run / "journal.bin", queues.Queue(load_s=31))
    ended = desk.ekm("report", "a_run", "--markdown")
    assert (ended.code, ended.said) == (0, "")
    assert ended.out == (run / "summary.md").read_text()
    assert ended.out.startswith("## ✅ `queue`")
