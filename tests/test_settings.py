"""Settings are typed, documented, and refuse what cannot be meant."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from argosy.core.errors import InputError
from argosy.settings import Registration, Settings, is_loopback
from argosy.wiring import refuse_unsafe_address

ROOT = Path(__file__).parents[1]
SECRET = "a secret of its own, long enough to be one"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    variable = f"ARGOSY_{name.upper()}"
    assert f"`{variable}`" in (ROOT / "docs/operate/settings.md").read_text("utf-8")
    assert f"{variable}=" in (ROOT / ".env.example").read_text("utf-8")


def test_nothing_is_required(tmp_path, monkeypatch):
    monkeypatch.setenv("ARGOSY_DATA_DIR", str(tmp_path))
    settings = Settings(_env_file=None)
    assert settings.database == f"sqlite:///{tmp_path}/argosy.db"
    assert settings.redis is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.access_token_minutes, settings.refresh_token_days) == (30, 7)


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("ARGOSY_PORT=8001\nARGOSY_REGISTRATION=closed\nOTHER=x\nARGOSY_HOST=\n")
    monkeypatch.setenv("ARGOSY_PORT", "8002")
    settings = Settings(_env_file=file)
    assert settings.port == 8002
    assert settings.registration is Registration.CLOSED
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    "values",
    [
        {"port": 70_000},
        {"registration": "sometimes"},
        {"registration": "invite"},
        {"secret": "short"},
        {"metrics_token": "schlüssel"},
        {"metrics_token": "two words"},
        {"log_level": "LOUD"},
        {"access_token_minutes": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(values):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **values)


def test_secrets_are_not_shown():
    settings = Settings(
        _env_file=None, secret=SECRET, database_url="postgresql://me:hunter2@db.example/argosy"
    )
    assert SECRET not in repr(settings)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_on_loopback_a_made_secret_is_enough(host):
    refuse_unsafe_address(Settings(_env_file=None, host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "argosy.example"])
def test_outside_loopback_a_secret_of_its_own_is_needed(host):
    assert not is_loopback(host)
    with pytest.raises(InputError, match="ARGOSY_SECRET"):
        refuse_unsafe_address(Settings(_env_file=None, host=host))
    refuse_unsafe_address(Settings(_env_file=None, host=host, secret=SECRET))
