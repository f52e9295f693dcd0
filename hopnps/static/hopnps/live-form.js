// A form with a phone beside it: what is typed is shown there, and two colours tell how well they can be read.
// Without JavaScript the button "Preview" does the same.

const PATIENCE = 350 // ms after the last key

const form = document.querySelector("form[data-live]")
const button = form.querySelector("[data-preview]")
let shown = form.querySelector(".screen iframe")
let waiting = 0
let number = 0

// what somebody typed before this script had come
const changed = field => field.checked !== field.defaultChecked || field.value !== field.defaultValue
const typed = [...form.querySelectorAll("input[name], textarea[name]")].filter(changed)

// each look gets a frame of its own, which replaces the last one when it is there: no white flash, no step back to take
function look() {
  clearTimeout(waiting)
  form.querySelectorAll("iframe.coming").forEach(frame => frame.remove())
  const fresh = shown.cloneNode()
  fresh.removeAttribute("src")
  fresh.name = `phone-${number += 1}`
  fresh.className = "coming"
  shown.after(fresh)
  button.formTarget = fresh.name
  const idle = [...form.querySelectorAll("[type=file]")].filter(file => !seen(file))
  idle.forEach(file => { file.disabled = true })
  form.requestSubmit(button)
  idle.forEach(file => { file.disabled = false })
  fresh.addEventListener("load", () => {
    if (fresh.className !== "coming") return
    shown.remove()
    fresh.className = ""
    shown = fresh
  })
}

const seen = control => control.value && control.offsetParent !== null

function soon() {
  clearTimeout(waiting)
  waiting = setTimeout(look, PATIENCE)
}

// colours

const channel = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
const digits = text => {
  const found = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())
  return found && (found[1].length === 6 ? found[1] : found[1].replace(/./g, "$&$&")).toLowerCase()
}
const luminance = hex => [0, 2, 4]
  .map(at => channel(parseInt(hex.slice(at, at + 2), 16) / 255))
  .reduce((sum, light, at) => sum + light * [0.2126, 0.7152, 0.0722][at], 0)

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return Math.floor((light + 0.05) / (dark + 0.05) * 100) / 100
}

function tell(pair) {
  const [text, ground] = [...pair.querySelectorAll("[data-colour]")].map(field => digits(field.value))
  const line = pair.querySelector(".ratio")
  line.replaceChildren()
  if (!text || !ground) return
  const ratio = contrast(text, ground)
  const good = ratio >= Number(pair.dataset.contrast)
  const badge = Object.assign(document.createElement("span"), { className: `badge ${good ? "good" : "danger"}`, textContent: good ? line.dataset.good : line.dataset.bad })
  const words = Object.assign(document.createElement("span"), { className: "mute" })
  words.textContent = " " + line.dataset.said.replace("{}", ratio.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }))
  line.append(badge, words)
}

// beside each colour that is typed, one that is picked
form.querySelectorAll("[data-colour]").forEach(field => {
  const picker = Object.assign(document.createElement("input"), { type: "color", tabIndex: -1 })
  picker.setAttribute("aria-label", field.labels[0].textContent)
  const both = Object.assign(document.createElement("div"), { className: "swatch" })
  field.replaceWith(both)
  both.append(picker, field)
  const follow = () => { const hex = digits(field.value); if (hex) picker.value = `#${hex}` }
  follow()
  field.addEventListener("input", follow)
  picker.addEventListener("input", () => {
    field.value = picker.value
    field.dispatchEvent(new Event("input", { bubbles: true }))
  })
})
form.querySelectorAll("[data-contrast]").forEach(pair => {
  tell(pair)
  pair.addEventListener("input", () => tell(pair))
})

// a category's colours are the same in both languages while its tick says so
form.querySelectorAll("[data-same]").forEach(tick => {
  const dress = field => field.name && new RegExp(`^(text_colour|background_colour|brand_colours)_${tick.dataset.same}_`).test(field.name)
  const follow = from => form.querySelectorAll(`[name^="${from.name.slice(0, -2)}"]`).forEach(other => {
    if (!dress(other) || (other.value === from.value && other.checked === from.checked)) return
    other.value = from.value
    other.checked = from.checked
    other.dispatchEvent(new Event("input", { bubbles: true }))
  })
  const heed = field => { if (tick.checked && dress(field)) follow(field) }
  form.addEventListener("input", event => heed(event.target))
  typed.forEach(heed)
  tick.addEventListener("change", () => {
    const shown = form.querySelector("[name=shown_language]:checked").value
    if (tick.checked) [...form.elements].filter(one => dress(one) && one.name.endsWith(`_${shown}`)).forEach(follow)
  })
})

// a fault above the form leads to its field, also on a page that is not shown
form.addEventListener("click", event => {
  const field = event.target.closest?.(".verdict a[href^='#']") && document.getElementById(event.target.hash.slice(1))
  const pane = field?.closest(".pane")
  if (!pane) return
  event.preventDefault()
  for (const [name, value] of [["shown_page", pane.dataset.page], ["shown_language", pane.dataset.language]]) {
    const radio = form.querySelector(`[name=${name}][value=${value}]`)
    if (radio) radio.checked = true
  }
  field.focus()
  soon()
})

form.addEventListener("input", soon)
form.addEventListener("change", soon)
button.hidden = true
if (typed.length || !shown.getAttribute("src")) look()
