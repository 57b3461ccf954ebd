// @ts-check
/** What stands in a field, as its control wants it: a text, a value, a list of values. */

/** Return what the app put there. @param {any} element */
export function initial(element) {
  const { initial_option: option, initial_options: options } = element;
  if (element.type === "external_select") return option ?? null;
  if (option) return option.value;
  if (options) return options.map((/** @type {any} */ one) => one.value);
  return Object.entries(element).find(([key]) => key.startsWith("initial_"))?.[1] ?? null;
}

/** Read it from what Slack reports. @param {any} state */
export function plain(state) {
  if (!state) return null;
  if (state.type === "external_select") return state.selected_option ?? null;
  for (const [key, value] of Object.entries(state)) {
    if (key === "selected_option") return value?.value ?? null;
    if (key === "selected_options") return (value ?? []).map((/** @type {any} */ option) => option.value);
    if (key !== "type") return value ?? null;
  }
  return null;
}
