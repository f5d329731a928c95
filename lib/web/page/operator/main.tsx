/**
 * Starts the operator's view.
 *
 * @module
 */

import { render } from "preact";
import { Api } from "../api.ts";
import { text } from "../text.ts";
import { OperatorPage } from "./operator_page.tsx";

// The form of a login needs no script.
if (document.forms.length === 0) {
  document.documentElement.lang = text.language;
  document.body.replaceChildren();
  render(<OperatorPage api={new Api((url, init) => fetch(url, init))} />, document.body);
}
