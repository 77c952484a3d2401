"""Signatures of webhooks, by the example of the specification and against forgeries."""

from datetime import UTC, datetime, timedelta

import pytest

from argosy.runtime.signatures import derive_secret, is_signed, key_print, sign

# Source: Standard Webhooks, reference implementations' test vector,
# https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def signed(**changes):
    return {**sign(SECRET, message_id=MESSAGE_ID, at=AT, body=BODY), **changes}


def test_a_body_is_signed_as_the_specification_has_it():
    assert signed() == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_a_signature_holds_for_its_body_its_id_and_about_its_time():
    assert is_signed(SECRET, signed(), BODY, now=AT)
    rotated = signed(**{"webhook-signature": f"v1,bm90IG1pbmU= {SIGNATURE}"})
    assert is_signed(SECRET, rotated, BODY, now=AT)


@pytest.mark.parametrize(
    ("headers", "body", "late"),
    [
        (signed(), BODY + b" ", timedelta(0)),
        (signed(), BODY, timedelta(minutes=6)),
        (signed(), BODY, timedelta(minutes=-6)),
        (signed(**{"webhook-id": "msg_other"}), BODY, timedelta(0)),
        (signed(**{"webhook-timestamp": "1614265331"}), BODY, timedelta(0)),
        (signed(**{"webhook-timestamp": "soon"}), BODY, timedelta(0)),
        (signed(**{"webhook-timestamp": "9" * 400}), BODY, timedelta(0)),
        (signed(**{"webhook-signature": SIGNATURE.replace("v1,", "v2,")}), BODY, timedelta(0)),
        (signed(**{"webhook-signature": ""}), BODY, timedelta(0)),
        ({}, BODY, timedelta(0)),
    ],
)
def test_what_was_changed_is_not_signed(headers, body, late):
    assert not is_signed(SECRET, headers, body, now=AT + late)


def test_a_secret_is_the_same_each_time_and_another_for_each_webhook_and_nonce():
    server, other = "s" * 48, "t" * 48
    secret = derive_secret(server, "a", "1")
    assert secret == derive_secret(server, "a", "1")
    assert secret.startswith("whsec_")
    others = {
        derive_secret(server, "b", "1"),
        derive_secret(server, "a", "2"),
        derive_secret(other, "a", "1"),
    }
    assert secret not in others
    assert len(others) == 3
    assert key_print(secret) not in secret
    assert key_print(secret) != key_print(derive_secret(other, "a", "1"))
