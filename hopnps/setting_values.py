"""Environment and instance/config.py -> the value of each setting, and whence it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hopnps import setting_bounds
from hopnps.settings import SETTINGS, Setting

ENVIRONMENT, CONFIG, DEFAULT = "environment", "config", "default"


def load(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Environment first, then what is given (instance/config.py or the host's app.config), then the default.

    Raises ValueError with the variable's name for a value that cannot be read, or cannot be.
    """
    return {setting.key: _checked(setting, _value(setting, given, environ)) for setting in SETTINGS}


def origins(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Where the value of each setting comes from: ENVIRONMENT, CONFIG (config.py or a host's app.config) or DEFAULT."""
    return {
        setting.key: ENVIRONMENT
        if setting.key in environ
        else (DEFAULT if given.get(setting.key) is None else CONFIG)
        for setting in SETTINGS
    }


def _value(setting: Setting, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    if setting.key in environ:
        return _parsed(setting, environ[setting.key])
    value = given.get(setting.key)
    if isinstance(value, str):  # "key1,key2" or "false" means in config.py what it means outside
        return _parsed(setting, value)
    return setting.default if value is None else value


def _checked(setting: Setting, value: Any) -> Any:
    if value is not None and (fault := setting_bounds.fault(setting.key, value)):
        raise ValueError(f"{setting.key}: {value!r} {fault}")
    return value


def _parsed(setting: Setting, text: str) -> Any:
    if setting.kind is bool:
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if setting.kind is list:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_number(setting, part) for part in parts] if setting.default else parts
    if setting.kind is int:
        return _number(setting, text) if text else setting.default
    return setting.kind(text) if text else setting.default


def _number(setting: Setting, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{setting.key}: {text!r} is not a whole number") from None
