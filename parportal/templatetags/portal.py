"""Template filters over `parportal.display`."""

from django import template

from parportal import display

register = template.Library()
register.filter("points", display.points)
register.filter("points_short", display.points_short)
register.filter("day", display.day)
register.filter("moment", display.moment)
register.filter("message", display.message)
