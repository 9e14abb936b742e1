"""How sign-ins and personal access tokens are stored: never the secret, only its hash."""

from piccolo.columns import UUID, Array, Bytea, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import ACCOUNT, CREDENTIAL, DEVICE, PREFERENCE


class SignIn(Table, tablename="sign_in", db=ENGINE):
    """A browser that is signed in. The row is the session: deleting it ends it."""

    id = UUID(primary_key=True, help_text=DEVICE)
    member_id = UUID(help_text=ACCOUNT)
    token_hash = Bytea(help_text=CREDENTIAL)
    created_at = Timestamptz(help_text=DEVICE)
    last_seen_at = Timestamptz(help_text=DEVICE)
    user_agent = Text(help_text=DEVICE)


class PersonalToken(Table, tablename="personal_token", db=ENGINE):
    """A secret for scripts, with scopes."""

    id = UUID(primary_key=True, help_text=ACCOUNT)
    member_id = UUID(help_text=ACCOUNT)
    name = Text(help_text=PREFERENCE)
    scopes = Array(base_column=Text(), help_text=CREDENTIAL)
    token_hash = Bytea(help_text=CREDENTIAL)
    hint = Text(help_text=CREDENTIAL)
    created_at = Timestamptz(help_text=ACCOUNT)
    expires_at = Timestamptz(help_text=ACCOUNT)
    last_used_at = Timestamptz(help_text=DEVICE)
