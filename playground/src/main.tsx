// Puts the page together.

import { render } from "preact";
import { Store } from "./store.js";
import { App } from "./views/app.js";
import "./style.css";

const store = new Store();
render(<App store={store} />, document.getElementById("page") as HTMLElement);

// For tests, and for the curious.
Object.assign(globalThis, { playground: store });
