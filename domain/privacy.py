"""What every column is, why it is kept, on what basis, and for how long.

Each column of each table carries one of these as its `help_text`; export, erasure and the privacy notice walk
them. A test fails for a column without one.
"""

from enum import StrEnum


class Category(StrEnum):
    NONE = "not personal"
    ACCOUNT = "account"
    CONTACT = "contact"
    CREDENTIAL = "credential"
    PROFILE = "profile"
    TRAINING = "training"
    HEALTH = "health"
    SOCIAL = "social"
    DEVICE = "device"


class Basis(StrEnum):
    """Article 6 (and for health data, article 9) of the GDPR."""

    NONE = "not personal data"
    CONTRACT = "contract (art. 6.1.b)"
    LEGITIMATE = "legitimate interest (art. 6.1.f)"
    CONSENT = "explicit consent (art. 6.1.a, 9.2.a)"


class Privacy(str):
    """A column's entry. It is a string, so that Piccolo shows it as the column's help text."""

    __slots__ = ("basis", "category", "purpose", "retention")

    category: Category
    purpose: str
    basis: Basis
    retention: str

    def __new__(cls, category: Category, purpose: str, basis: Basis, retention: str) -> "Privacy":
        entry = super().__new__(cls, f"{category.value}: {purpose}; {basis.value}; kept {retention}")
        entry.category, entry.purpose, entry.basis, entry.retention = category, purpose, basis, retention
        return entry


_ACCOUNT = "until the account is deleted"

CATALOGUE = Privacy(Category.NONE, "the hub's own content", Basis.NONE, "with the hub")
PLUMBING = Privacy(Category.NONE, "keeps the hub working", Basis.NONE, "as long as it is needed")
ACCOUNT = Privacy(Category.ACCOUNT, "ties what is yours to you", Basis.CONTRACT, _ACCOUNT)
CONTACT = Privacy(Category.CONTACT, "to sign in and to be reached", Basis.CONTRACT, _ACCOUNT)
CREDENTIAL = Privacy(Category.CREDENTIAL, "to know that it is you", Basis.CONTRACT, _ACCOUNT)
PROFILE = Privacy(Category.PROFILE, "how you appear to others", Basis.CONTRACT, _ACCOUNT)
PREFERENCE = Privacy(Category.PROFILE, "how you like things", Basis.CONTRACT, _ACCOUNT)
TRAINING = Privacy(Category.TRAINING, "your training log", Basis.CONTRACT, "until you delete it")
HEALTH = Privacy(Category.HEALTH, "your body's numbers in training", Basis.CONSENT, "until you delete it")
SOCIAL = Privacy(Category.SOCIAL, "what you share with others", Basis.CONTRACT, "until you delete it")
DEVICE = Privacy(Category.DEVICE, "to show and end your sign-ins", Basis.LEGITIMATE, "90 days after its end")
