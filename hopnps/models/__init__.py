"""Every table of the house, so that one import knows them all."""

from hopnps.models.address import Address
from hopnps.models.address_clearing import AddressClearing, ClearingKind
from hopnps.models.base import Base
from hopnps.models.bounce import Bounce, BounceKind
from hopnps.models.brand import Brand, Image
from hopnps.models.campaign import Campaign, CampaignSkip, SkipReason
from hopnps.models.click import Click, ClickKind, Visit
from hopnps.models.contact import Contact
from hopnps.models.contact_source import ContactSource
from hopnps.models.delivery import Delivery, DeliveryState
from hopnps.models.interaction import Interaction
from hopnps.models.invitation import Invitation
from hopnps.models.notice import Notice, NoticeKind
from hopnps.models.quota import Quota
from hopnps.models.response import (
    Channel,
    Evidence,
    Response,
    ResponseChange,
    ResponseExclusion,
    Scale,
    Way,
)
from hopnps.models.rollup import MonthRollup, Rollup
from hopnps.models.segment import Segment
from hopnps.models.setting import Setting
from hopnps.models.store import Region, Store
from hopnps.models.survey import Survey, SurveyKind, SurveyText, SurveyVersion, ThankYouPage
from hopnps.models.template import Template, TemplateText, TemplateVersion
from hopnps.models.upload import Upload, UploadChange, UploadWork
from hopnps.models.user import Role, User, UserPlace
from hopnps.models.worker import Worker

__all__ = [
    "Address",
    "AddressClearing",
    "Base",
    "Bounce",
    "BounceKind",
    "Brand",
    "Campaign",
    "CampaignSkip",
    "Channel",
    "ClearingKind",
    "Click",
    "ClickKind",
    "Contact",
    "ContactSource",
    "Delivery",
    "DeliveryState",
    "Evidence",
    "Image",
    "Interaction",
    "Invitation",
    "MonthRollup",
    "Notice",
    "NoticeKind",
    "Quota",
    "Region",
    "Response",
    "ResponseChange",
    "ResponseExclusion",
    "Role",
    "Rollup",
    "Scale",
    "Segment",
    "Setting",
    "SkipReason",
    "Store",
    "Survey",
    "SurveyKind",
    "SurveyText",
    "SurveyVersion",
    "Template",
    "TemplateText",
    "TemplateVersion",
    "ThankYouPage",
    "Upload",
    "UploadChange",
    "UploadWork",
    "User",
    "UserPlace",
    "Visit",
    "Way",
    "Worker",
]
