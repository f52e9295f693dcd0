// The page behind a score -> a vote without pressing the button, once somebody is there: the page was visible for some
// seconds and somebody moved, touched, scrolled or typed. The server decides whether that is enough (204) or not (202).
// Without this script the button does all of it.
const SECONDS = 4;
const CHANGE_PAUSE = 1500; // milliseconds after the last change of the score
const form = document.querySelector("form");
const recorded = document.querySelector(".recorded");
let seen = 0;
let touched = false;
let sent = "";
let pressed = false;
let change = 0;

const chosen = () => form.querySelector("input[name=score]:checked")?.value ?? "";

async function sendByItself() {
  const score = chosen();
  if (pressed || score === "" || score === sent) return;
  sent = score;
  const body = new URLSearchParams({ nonce: form.elements.nonce.value, score, by_itself: "1" });
  const answer = await fetch(form.action, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => null);
  if (answer?.status === 204 && chosen() === score && recorded) recorded.hidden = false;
}

function tick() {
  if (document.visibilityState === "visible") seen += 1;
  if (seen >= SECONDS && touched) {
    clearInterval(clock);
    sendByItself();
  }
}

const gestures = ["pointerdown", "pointermove", "touchstart", "scroll", "wheel", "keydown"];
const notice = (event) => { touched ||= event.isTrusted; };
for (const name of gestures) addEventListener(name, notice, { passive: true, capture: true });

form.addEventListener("change", (event) => {
  if (event.target.name !== "score") return;
  if (recorded) recorded.hidden = true;
  clearTimeout(change);
  change = setTimeout(() => { if (seen >= SECONDS) sendByItself(); }, CHANGE_PAUSE);
});
form.addEventListener("submit", () => { pressed = true; });
const clock = setInterval(tick, 1000);
