"""The handshake on the embedded KMS: every wrong key by its true cause, a good one to the end."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness import causes, customer_key, handshake
from harness.admin import Admin
from harness.backend import Backend, client
from harness.customer_key.wanted import Wanted
from harness.errors import BadInput
from harness.faults import Target
from harness.handshake import Handshake, looking
from harness.policy.terms import Terms
from harness.policy.write import write
from harness.principals import ACTIONS, PLATFORM_ARN
from harness.registry import make
from tests.gateway.running import REGION, Running, started
from tests.handshake.keys import ORGANIZATION, TERMS, WRONG, good, tried, wrong
from tests.processes import HOUSE

PAGE = HOUSE / "docs" / "handshake.md"
STEPS = [
    "region",
    "describe",
    "spec",
    "usage",
    "state",
    "rotation",
    "policy",
    "permission",
    "generate",
    "seal",
    "unseal",
]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Running]:
    """One whose control plane has no quotas to wait for."""
    names = ["CreateKey", "CreateAlias", "CreateGrant", "DisableKey", "EnableKey", "hot_key"]
    names += ["PutKeyPolicy", "EnableKeyRotation", "DisableKeyRotation", "ScheduleKeyDeletion"]
    with started(*(w for name in names for w in ("--quota-of", f"{name}=1000"))) as running:
        yield running


@pytest.fixture(scope="module")
def backend(gateway: Running) -> Backend:
    return Backend("embedded", gateway.url, REGION, gateway=True)


@pytest.fixture(scope="module")
def control(backend: Backend) -> Any:
    return client(backend, "off")


@pytest.fixture(scope="module")
def data(backend: Backend) -> Any:
    return client(backend, "off", "data")


def test_a_good_key_goes_through_every_step(control: Any, data: Any, backend: Backend) -> None:
    arn = good(control, backend)
    went = tried(control, data, arn)
    assert (went.ok, went.cause, went.mend, went.platform_says) == (True, "", "", "")
    assert [step.name for step in went.steps] == STEPS
    assert (went.arn, went.region, went.warnings) == (arn, REGION, ())


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_key_is_named_with_its_mend_and_the_platforms_words(
    control: Any, data: Any, backend: Backend, kind: str
) -> None:
    went = tried(control, data, wrong(kind, control, backend))
    assert (went.cause, went.platform_says) == WRONG[kind]
    assert went.mend
    assert not went.ok
    assert went.seen


def test_nothing_is_tried_with_a_key_that_is_seen_to_be_wrong(
    control: Any, data: Any, backend: Backend, gateway: Running
) -> None:
    key = wrong("rsa", control, backend)
    before = Admin(gateway.url).counters()["requests"].get("GenerateDataKey", 0)
    went = tried(control, data, key)
    after = Admin(gateway.url).counters()["requests"].get("GenerateDataKey", 0)
    assert (went.cause, before) == ("asymmetric_key", after)


@pytest.mark.parametrize("name", ["id", "alias", "alias ARN"])
def test_a_key_is_found_by_any_of_its_names(
    control: Any, data: Any, backend: Backend, name: str
) -> None:
    alias = f"alias/{name.replace(' ', '-')}"
    arn = good(control, backend, alias=alias)
    head = arn.partition(":key/")[0]
    named = {"id": arn.partition("/")[2], "alias": alias, "alias ARN": f"{head}:{alias}"}[name]
    went = tried(control, data, named)
    assert (went.ok, went.key, went.arn) == (True, named, arn)


@pytest.mark.parametrize(
    "key", ["alias/none", "nonsense", "arn:aws:kms:us-east-1:123456789012:key/x"]
)
def test_a_key_that_there_is_not_is_not_found(control: Any, data: Any, key: str) -> None:
    went = tried(control, data, key)
    assert (went.cause, went.arn) == ("not_found", "")


def test_a_key_of_another_account_may_be_there_or_not(control: Any, data: Any) -> None:
    went = tried(control, data, "arn:aws:kms:us-east-1:999999999999:key/x")
    assert went.cause == "customer_denied"
    assert "another account" in went.mend


def test_an_alias_arn_of_another_region_is_told_too(control: Any, data: Any) -> None:
    went = tried(control, data, "arn:aws:kms:eu-west-1:123456789012:alias/x")
    assert (went.cause, [step.name for step in went.steps]) == ("other_region", ["region"])


def test_a_disabled_key_without_the_platform_tells_both(control: Any, data: Any) -> None:
    arn = control.create_key()["KeyMetadata"]["Arn"]
    control.disable_key(KeyId=arn)
    went = tried(control, data, arn)
    assert [step.cause for step in went.steps if not step.ok] == [
        "disabled",
        "policy_without_platform",
    ]
    assert went.cause == "disabled"
    assert f"aws kms enable-key --key-id {arn}" in went.mend


def test_a_key_that_waits_for_its_material_is_told(control: Any, data: Any) -> None:
    arn = control.create_key(Origin="EXTERNAL")["KeyMetadata"]["Arn"]
    assert tried(control, data, arn).cause == "pending_import"


POLICIES = {
    "wrong_principal": write("123456789012", Terms("999999999999")),
    "missing_actions": write("123456789012", Terms(PLATFORM_ARN, ACTIONS[:2])),
    "wrong_region": write("123456789012", Terms(PLATFORM_ARN, region="eu-west-1")),
    "wrong_organization": write("123456789012", Terms(PLATFORM_ARN, organization="else")),
}


@pytest.mark.parametrize("kind", POLICIES)
def test_a_policy_is_read_and_not_only_tried(
    control: Any, data: Any, backend: Backend, kind: str
) -> None:
    arn = good(control, backend)
    control.put_key_policy(KeyId=arn, Policy=POLICIES[kind])
    went = tried(control, data, arn)
    assert went.cause == f"policy_{kind}"
    assert f"ekm key policy {arn} --write --organization {ORGANIZATION}" in went.mend


def test_what_may_hurt_one_day_does_not_fail_it(control: Any, data: Any, backend: Backend) -> None:
    terms = Terms(PLATFORM_ARN)
    arn = customer_key.create(control, backend, Wanted(terms, via_grant=True))
    control.disable_key_rotation(KeyId=arn)
    went = tried(control, data, arn)
    assert went.ok, went
    assert [one.kind for one in went.warnings] == [
        "rotation_off",
        "no_organization",
        "reliance_on_grant",
    ]


def test_it_ends_with_the_grant_that_it_relied_on(
    control: Any, data: Any, backend: Backend
) -> None:
    arn = good(control, backend, via_grant=True)
    assert tried(control, data, arn).ok
    (grant,) = control.list_grants(KeyId=arn)["Grants"]
    control.revoke_grant(KeyId=arn, GrantId=grant["GrantId"])
    assert tried(control, data, arn).cause == "policy_without_platform"


def test_what_cannot_be_told_from_the_policy_is_tried(
    control: Any, data: Any, backend: Backend
) -> None:
    arn = good(control, backend)
    document = json.loads(control.get_key_policy(KeyId=arn)["Policy"])
    condition = {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    net = {"Effect": "Deny", "Principal": {"AWS": PLATFORM_ARN}, "Action": "*", "Resource": "*"}
    document["Statement"].append(net | {"Condition": condition})
    control.put_key_policy(KeyId=arn, Policy=json.dumps(document))
    went = tried(control, data, arn)
    assert (went.ok, [one.kind for one in went.warnings]) == (True, ["unknown_denial"])
    condition["NotIpAddress"]["aws:SourceIp"] = "192.0.2.0/24"
    control.put_key_policy(KeyId=arn, Policy=json.dumps(document))
    assert tried(control, data, arn).cause == "platform_denied"


def test_more_actions_are_asked_for_by_dry_runs(control: Any, data: Any, backend: Backend) -> None:
    actions = (*ACTIONS, "kms:GenerateDataKeyPairWithoutPlaintext")
    terms = dataclasses.replace(TERMS, actions=actions)
    fit = customer_key.create(control, backend, Wanted(terms))
    assert handshake.test(control, data, fit, ORGANIZATION, PLATFORM_ARN, actions).ok
    unfit = good(control, backend)
    went = handshake.test(control, data, unfit, ORGANIZATION, PLATFORM_ARN, actions)
    assert went.cause == "policy_missing_actions"
    assert "kms:GenerateDataKeyPairWithoutPlaintext" in went.seen


def test_a_throttle_is_no_fault_of_the_keys(
    control: Any, data: Any, backend: Backend, gateway: Running
) -> None:
    arn = good(control, backend)
    admin = Admin(gateway.url)
    storm = make("faults", "throttle", {"share": "100%", "operation": "GenerateDataKey"})
    storm.strike(Target("", None, admin, "storm"))
    try:
        assert tried(control, data, arn).cause == "throttled"
    finally:
        admin.clear("storm")


def test_a_kms_that_does_not_answer_is_unreachable() -> None:
    silent = Backend("embedded", "http://127.0.0.1:1", REGION, gateway=True)
    went = tried(client(silent, "off"), client(silent, "off", "data"), "alias/x")
    assert (went.cause, "http://127.0.0.1:1" in went.mend) == ("unreachable", True)


def test_the_platform_may_be_refused_by_its_own_account(control: Any, backend: Backend) -> None:
    """Whoever tries is not who the policy names: as with a profile that is not the platform's."""
    arn = good(control, backend)
    control.put_key_policy(
        KeyId=arn, Policy=write("123456789012", dataclasses.replace(TERMS, platform="111122223333"))
    )
    other = client(backend, "off", "data")
    went = handshake.test(control, other, arn, ORGANIZATION, "111122223333")
    assert (went.cause, went.steps[-1].name) == ("platform_denied", "permission")


def test_terms_that_cannot_be_are_bad_input(control: Any, data: Any) -> None:
    with pytest.raises(BadInput, match="the platform: got 'me'"):
        handshake.test(control, data, "alias/x", ORGANIZATION, "me")


def test_a_key_of_awss_own_is_told_by_who_keeps_it() -> None:
    found = {"KeyManager": "AWS", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}
    steps = list(looking.kind({**found, "KeyState": "Enabled"}))
    assert [step.cause for step in steps] == ["aws_managed_key", "", ""]


def test_every_cause_has_a_mend_and_the_platforms_words() -> None:
    place = causes.Place("KEY", "us-east-1", "http://127.0.0.1:1", "ekm key policy KEY --write")
    for cause in causes.CAUSES[1:]:
        assert "{" not in causes.mend(cause, place)
        assert causes.platform_says(cause) in ("Access Denied", "Invalid Key Type")


def test_every_cause_is_documented_with_the_platforms_words() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): row[3].strip("| ") for row in rows if len(row) == 4}
    assert told == {cause: causes.platform_says(cause) for cause in causes.CAUSES[1:]}


def test_the_causes_keep_their_places() -> None:
    """A journal stores a cause as its place; a new one goes to the end."""
    assert causes.CAUSES[:9] == (
        "",
        "not_found",
        "other_region",
        "asymmetric_key",
        "hmac_key",
        "wrong_usage",
        "aws_managed_key",
        "disabled",
        "pending_deletion",
    )


def test_no_data_key_is_in_what_it_says(control: Any, data: Any, backend: Backend) -> None:
    made: list[bytes] = []
    generate = data.generate_data_key

    def noted(**asked: Any) -> Any:
        answer = generate(**asked)
        made.append(answer["Plaintext"])
        return answer

    data.generate_data_key = noted
    try:
        went: Handshake = tried(control, data, good(control, backend))
    finally:
        data.generate_data_key = generate
    (key,) = made
    told = json.dumps(dataclasses.asdict(went)) + repr(went)
    assert went.ok
    assert not any(form in told for form in (key.hex(), repr(key), str(list(key))))


def test_a_key_that_is_held_outside_of_aws_is_fit(
    control: Any, data: Any, backend: Backend
) -> None:
    store = control.create_custom_key_store(
        CustomKeyStoreName="outside",
        CustomKeyStoreType="EXTERNAL_KEY_STORE",
        XksProxyConnectivity="PUBLIC_ENDPOINT",
        XksProxyUriEndpoint="https://proxy.example.com",
        XksProxyUriPath="/kms/xks/v1",
        XksProxyAuthenticationCredential={
            "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
            "RawSecretAccessKey": "0" * 43,
        },
    )["CustomKeyStoreId"]
    control.connect_custom_key_store(CustomKeyStoreId=store)
    outside = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "recordings"}
    arn = customer_key.create(control, backend, Wanted(TERMS, created_with=outside))
    assert tried(control, data, arn).ok
    control.disconnect_custom_key_store(CustomKeyStoreId=store)
    went = tried(control, data, arn)
    assert (went.cause, went.seen) == ("unavailable", "Unavailable")


def test_what_was_half_made_is_scheduled_for_deletion(control: Any, backend: Backend) -> None:
    before = {key["KeyId"] for key in control.list_keys(Limit=1000)["Keys"]}
    too_long = Wanted(TERMS, alias=f"alias/{'x' * 251}")
    with pytest.raises(BadInput, match=r"could not be made: .* will be deleted in 7 days"):
        customer_key.create(control, backend, too_long)
    (made,) = {key["KeyId"] for key in control.list_keys(Limit=1000)["Keys"]} - before
    assert control.describe_key(KeyId=made)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_runs_make_a_key_for_themselves_once(control: Any, data: Any, backend: Backend) -> None:
    arn = customer_key.own(control, backend, TERMS)
    assert customer_key.own(control, backend, TERMS) == arn
    customer_key.demand_disposable(control, arn)
    assert tried(control, data, customer_key.OWN).arn == arn
    with pytest.raises(BadInput, match="wanted one tagged ekm-harness=disposable"):
        customer_key.demand_disposable(control, good(control, backend))
