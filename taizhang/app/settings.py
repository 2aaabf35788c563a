"""Settings of the program: from the environment (TAIZHANG_...), overruled by the options of a command."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
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
    smtp_url: str | None = None
    """The mail server: smtp://user:pass@host:port?starttls=1 or smtps://…; None: no mail is sent."""
    mail_from: str | None = None
    """The sender of mails: 台账 <ledger@example.cn>."""
    robots_inside: bool = False
    """Whether a robot's address may be inside the own network, and plain http."""
    remind_from_hour: int = Field(default=8, ge=0, le=23)
    """From this hour on (Asia/Shanghai) the ticker writes to people."""
    trusted_proxies: str = ""
    """Addresses of proxies before the dashboard, comma separated: they say where a visitor comes from."""
    ledger_name: str | None = None
    """What a ledger is called when it is made; None: as its file or database is."""
    key: Path | None = None
    """The file of the private key that signs checkpoints; None: beside the store."""
    tsa: str | None = None
    """Address of a time stamp authority (RFC 3161) that stamps each day's checkpoint."""
    tsa_roots: Path | None = None
    """Its root certificates, PEM: without them its stamps cannot be checked, and none is asked for."""
    witness_for: list[str] = []
    """Verifier keys of the ledgers that this one is a witness for, a JSON list."""
    tiles: Path | None = None
    """A folder that the daily job keeps as a static copy of the log."""
    backup: Path | None = None
    """A folder into which the nightly job puts a backup."""
    backup_keep: int = Field(default=14, ge=1)
    """How many backups stay in it."""
    backup_passphrase: SecretStr | None = None
    """What backups are encrypted with; None: they are not."""
    templates: Path | None = None
    """The folder of the operator's own report templates; None: those that come with the program."""
    evidence: Path | None = None
    """The folder of attached files; None: beside the store."""
