"""The doors: Slack, AlloMia or the clock says something, and the right part is told."""

from slack_bolt.async_app import AsyncApp

from handlers import (
    card,
    command,
    directory,
    directory_entry,
    do_not_call,
    do_not_call_list,
    doctor,
    favourites,
    form,
    home,
    move,
    preview,
    rules,
    stop,
    trial,
)
from views import administration, form_actions
from views import assistant as assistant_face
from views import caller as caller_face
from views import card as card_face
from views import directory as directory_face
from views import do_not_call as do_not_call_face
from views import do_not_call_list as list_face
from views import favourites as favourites_face
from views import form as form_face
from views import home as home_face
from views import move as move_face
from views import roll as roll_face
from views import rules as rules_face
from views import trial as trial_face
from views import variable as variable_face


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
    app.action(home_face.CHOICE)(home.choose)
    app.action(home_face.CHANNEL)(home.choose_channel)
    app.action(home_face.NEWER)(home.leaf)
    app.action(home_face.OLDER)(home.leaf)
    app.action(roll_face.MORE)(home.more)
    app.action(administration.DOCTOR)(doctor.shown)
    app.view(form_face.CALLBACK)(form.submit)
    app.action({"block_id": "assistant", "action_id": form_face.ASSISTANT})(form.changed)
    app.action(form_actions.PREVIEW)(preview.show)
    app.action(form_actions.TRIAL)(trial.call_me)
    app.action(trial_face.OTHER)(trial.other)
    app.view(trial_face.CALLBACK)(trial.submit)
    app.action(form_actions.SAVE)(favourites.name)
    app.view(favourites_face.CALLBACK)(favourites.save)
    app.action(favourites_face.USE)(favourites.use)
    app.action(favourites_face.DELETE)(favourites.delete)
    app.action(card_face.CANCEL)(card.cancel)
    app.action(card_face.MOVE)(move.asked)
    app.view(move_face.CALLBACK)(move.submit)
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
    _register_directory(app)


def _register_directory(app: AsyncApp) -> None:
    """Register what administrators can do with assistants and numbers."""
    app.action(directory_face.OPEN)(directory.opened)
    for action in (directory_face.EARLIER, directory_face.LATER):
        app.action(action)(directory.turned)
    for action in (directory_face.ADD_CALLER, directory_face.EDIT_CALLER):
        app.action(action)(directory.caller_opened)
    for action in (directory_face.ADD_ASSISTANT, directory_face.EDIT_ASSISTANT):
        app.action(action)(directory.assistant_opened)
    app.view(caller_face.CALLBACK)(directory_entry.save_caller)
    app.view(assistant_face.CALLBACK)(directory_entry.save_assistant)
    app.view(variable_face.CALLBACK)(directory_entry.save_variable)
    for action in (caller_face.ARCHIVE, caller_face.RESTORE):
        app.action(action)(directory_entry.caller_archived)
    for action in (assistant_face.ARCHIVE, assistant_face.RESTORE):
        app.action(action)(directory_entry.assistant_archived)
    app.action(assistant_face.FIELD)(directory_entry.field)
    app.action(assistant_face.ADD_FIELD)(directory_entry.field_added)
    app.action(variable_face.REMOVE)(directory_entry.field_removed)
    app.action(variable_face.KIND)(directory_entry.kind_chosen)
