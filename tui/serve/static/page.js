// The page around textual-serve's terminal: starts it once our font is there, says when a session is over and
// why, and asks before it is closed, because the keys of the app and of the browser are close to each other.
"use strict";

const ENDS = {
  4000: ["You have left microcrad", "What you wrote is kept, and is there when you start again."],
  4001: [
    "microcrad has crashed",
    "This is our mistake, not yours. Start again: what you wrote is there, but perhaps for the last second. What went wrong stands in the terminal where microcrad serve runs.",
  ],
  4002: [
    "All places are taken",
    "No more sessions fit here at once. Close another one and start again, or run microcrad serve with a larger --sessions.",
  ],
  4003: ["The server was stopped", "Run microcrad serve again, and open the address that it prints."],
};
const LOST = [
  "The connection was lost",
  "If microcrad serve still runs, start again. If not, run it, and open the address that it prints.",
];

const screen = document.querySelector(".textual-terminal");
const notice = document.querySelector("#notice");
const button = notice.querySelector("button");
let running = false;

history.replaceState(null, "", "/"); // The token is spent; nobody needs to see it.
const scheme = location.protocol === "https:" ? "wss" : "ws";
screen.dataset.sessionWebsocketUrl = `${scheme}://${location.host}/ws`;

// The terminal makes its own socket: this one is what it gets. A page that is reloaded asks for its place.
window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(`${address}&place=${sessionStorage.getItem("place") ?? 0}`);
    this.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return begin();
      const [kind, value] = JSON.parse(data);
      if (kind === "instance_id") sessionStorage.setItem("place", value);
    });
    this.addEventListener("close", ({ code }) => end(...(ENDS[code] ?? LOST)));
    window.addEventListener("pagehide", () => this.close());
  }

  send(data) {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
};

function begin() {
  if (running) return;
  running = true;
  notice.hidden = true;
  screen.terminal?.focus();
}

function end(title, text) {
  running = false;
  notice.querySelector("h1").textContent = title;
  notice.querySelector("p").textContent = text;
  notice.hidden = false;
  button.hidden = false;
  button.focus();
}

button.addEventListener("click", async () => {
  try {
    await fetch("/static/page.css");
    location.reload();
  } catch {
    end("There is no answer", ENDS[4003][1]);
  }
});

window.addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault();
});

async function start() {
  // Measured before its font is there, a terminal's cells would have the wrong size.
  const faces = ["16px", "bold 16px", "italic 16px"];
  await Promise.allSettled(faces.map((face) => document.fonts.load(`${face} "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "/static/textual.js";
  script.addEventListener("load", () => window.onload(new Event("load"))); // It is too late for its own.
  script.addEventListener("error", () => end(...LOST));
  document.head.append(script);
}

if (document.readyState === "complete") start();
else window.addEventListener("load", start);
