"""What the pages of cases need beside their context."""

from django import template

from ..rounds import compared_rounds

register = template.Library()
register.simple_tag(compared_rounds, name="compared_rounds")
