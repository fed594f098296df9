"""Making key pairs beside the event loop: nobody waits for it, and not too many queue for it."""

import os
from collections.abc import Iterator

import pytest

from harness.errors import KmsError
from harness.gateway.ring.foundry import Foundry
from harness.gateway.ring.pairs import public_der


@pytest.fixture
def serving() -> Iterator[Foundry]:
    foundry = Foundry(os.urandom, most=1)
    foundry.open()
    yield foundry
    foundry.close()


def test_who_orders_an_rsa_pair_does_not_wait_for_it(serving: Foundry) -> None:
    ordered = serving.order("RSA_3072")
    assert not ordered.done()
    assert public_der(ordered.result(60))


def test_what_takes_no_time_is_there_at_once(serving: Foundry) -> None:
    assert serving.order("ECC_NIST_P521").done()


def test_without_a_forge_everything_is_there_at_once() -> None:
    assert Foundry(os.urandom).order("RSA_2048").done()


def test_more_orders_than_can_wait_are_refused_in_words_that_clients_retry(
    serving: Foundry,
) -> None:
    with pytest.raises(KmsError, match="DependencyTimeoutException") as refused:
        for _ in range(20):
            serving.order("RSA_4096")
    assert refused.value.status == 503


def test_an_order_that_the_forge_did_not_live_to_fill_fails_and_the_next_is_filled(
    serving: Foundry,
) -> None:
    lost = serving.order("RSA_4096")
    forge = serving._forge
    assert forge is not None
    forge._process.kill()
    with pytest.raises(KmsError, match="KMSInternalException"):
        lost.result(30)
    assert public_der(serving.order("RSA_2048").result(60))


def test_what_can_not_be_made_is_refused() -> None:
    with pytest.raises(KmsError, match="UnsupportedOperationException"):
        Foundry(os.urandom).order("ML_KEM_512")
