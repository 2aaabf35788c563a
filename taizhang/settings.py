"""Settings of the program: from the environment (TAIZHANG_...), overruled by the options of a command."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_STORE = "sqlite:///taizhang.db"


class Settings(BaseSettings):
    """Where the ledger is and which language is spoken, when no option says otherwise."""

    model_config = SettingsConfigDict(env_prefix="TAIZHANG_", extra="ignore")

    store: str | None = None
    """URL of the ledger (contract §6); None: `DEFAULT_STORE`."""
    lang: str = "zh-CN"
    base_url: str | None = None
    """Where people reach the dashboard, for links in mails: https://taizhang.example.edu.cn."""
    evidence: Path | None = None
    """The folder of attached files; None: beside the store."""
