"""Who sees tokens and webhooks: their owners, and whoever manages tokens; nobody reads a secret here."""

from __future__ import annotations

from django.db.models import Q

from qipan.platform.exchange.models import Delivery, Token, Webhook
from qipan.platform.exchange.tokens import OTHERS
from qipan.platform.models import User
from qipan.platform.rights import may, person
from qipan.platform.visible import EVERYTHING, sees


def _own(user: User) -> Q:
    return EVERYTHING if may(person(user), OTHERS) else Q(user=user.pk)


def _deliveries(user: User) -> Q:
    """Deliveries of webhooks one sees; they lie in another database than the webhooks."""
    if may(person(user), OTHERS):
        return EVERYTHING
    return Q(webhook__in=list(Webhook.objects.filter(user=user.pk).values_list("pk", flat=True)))


sees(Token, _own)
sees(Webhook, _own)
sees(Delivery, _deliveries)
