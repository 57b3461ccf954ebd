"""The doors: Slack, AlloMia or the clock says something, and the right part is told."""

from slack_bolt.async_app import AsyncApp

from handlers import card, command, do_not_call, do_not_call_list, form, home, rules, stop
from views import administration
from views import card as card_face
from views import do_not_call as do_not_call_face
from views import do_not_call_list as list_face
from views import form as form_face
from views import home as home_face
from views import rules as rules_face


def register(app: AsyncApp) -> None:
    """Register everything that people can do in Slack."""
    app.command("/call")(command.call)
    app.shortcut(home.SHORTCUT)(home.new)
    app.event("app_home_opened")(home.opened)
    app.action(home_face.NEW)(home.new)
    app.action(home_face.REFRESH)(home.refresh)
    app.action(administration.RULES)(rules.open_)
    app.action(rules_face.EDIT)(rules.edit)
    app.view(rules_face.CALLBACK)(rules.save)
    app.action(administration.STOP)(stop.stop)
    app.action(administration.RESUME)(stop.resume)
    app.view(form_face.CALLBACK)(form.submit)
    app.action(card_face.CANCEL)(card.cancel)
    app.action(card_face.AGAIN)(card.again)
    app.action(card_face.LOOK)(card.look)
    app.action(card_face.DETAILS)(card.details)
    app.action(do_not_call_face.UNDO)(do_not_call.undo)
    app.action(do_not_call_face.OPEN)(do_not_call_list.open_)
    app.action(list_face.TURN)(do_not_call_list.turn)
    app.action(list_face.ADD)(do_not_call_list.add)
    app.action(list_face.REMOVE)(do_not_call_list.remove)
    app.action(list_face.EXPORT)(do_not_call_list.export)
    app.view(list_face.SEARCH)(do_not_call_list.searched)
    app.view(list_face.ADD)(do_not_call_list.added)
    app.view(list_face.REMOVE)(do_not_call_list.removed)
