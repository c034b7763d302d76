"""On what ground a session may take the place of another (QĐ 45/2018/QĐ-TTg)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ground(models.TextChoices):
    HIGHER_INSTRUCTION = "higher_instruction", _("Instruction from a higher level")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
