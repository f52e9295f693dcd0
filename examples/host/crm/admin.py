"""The CRM's own Flask-Admin, for managers."""

from __future__ import annotations

from flask_admin import AdminIndexView
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user

from examples.host.crm.models import Client, Ticket, db


class FrontDoor(AdminIndexView):
    def is_accessible(self) -> bool:
        return current_user.is_authenticated and current_user.is_manager


class ManagersOnly(ModelView):
    def is_accessible(self) -> bool:
        return current_user.is_authenticated and current_user.is_manager


class ClientView(ManagersOnly):
    column_list = ("name", "email", "shop", "last_score")

    def __init__(self) -> None:
        super().__init__(Client, db, name="Clients", endpoint="crm_client")


class TicketView(ManagersOnly):
    column_list = ("id", "client", "subject", "agent", "closed_at")

    def __init__(self) -> None:
        super().__init__(Ticket, db, name="Tickets", endpoint="crm_ticket")


VIEWS = (ClientView, TicketView)
