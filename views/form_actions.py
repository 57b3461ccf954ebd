"""What can be done with a filled form besides placing its call."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from views.text import Text

BLOCK = "form_actions"
PREVIEW, TRIAL, SAVE = "preview", "trial", "save_favourite"


def render(text: Text) -> ActionsBlock:
    """Draw the buttons at the end of the form."""
    sentences = {PREVIEW: "preview", TRIAL: "trial", SAVE: "save"}
    return ActionsBlock(
        block_id=BLOCK,
        elements=[
            ButtonElement(text=text(f"form_actions.{name}"), action_id=action)
            for action, name in sentences.items()
        ],
    )
