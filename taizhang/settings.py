"""Settings of the program: from the environment (TAIZHANG_...), overruled by the options of a command."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the ledger is and which language is spoken, when no option says otherwise."""

    model_config = SettingsConfigDict(env_prefix="TAIZHANG_", extra="ignore")

    store: str = "sqlite:///taizhang.db"
    """URL of the ledger (contract §6)."""
    lang: str = "zh-CN"
