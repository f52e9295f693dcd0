// The mail editor: a click puts a merge field where the caret stands, and every choice shows the mail anew.

const form = document.querySelector("form.mail-editor")
const typed = [...form.querySelectorAll("[data-merge]")]
let last = typed.find(one => one.tagName === "TEXTAREA")
let shown = form.querySelector(`[data-preview=${document.documentElement.lang}]`) || form.querySelector("[data-preview]")

typed.forEach(one => one.addEventListener("focus", () => { last = one }))
form.querySelectorAll("[data-preview]").forEach(one => one.addEventListener("click", () => { shown = one }))

const show = () => form.requestSubmit(shown)
form.addEventListener("change", event => {
  if ("show" in event.target.dataset) show()
})
form.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); show() }
})

// a new mail starts from the ready-made one: it is seen before anything is typed
if (!form.querySelector("iframe").getAttribute("src")) show()

// merge fields become buttons
document.querySelectorAll("[data-with-script]").forEach(one => { one.hidden = false })
document.querySelectorAll("code[data-field]").forEach(code => {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "field-button"
  button.textContent = code.textContent
  button.addEventListener("click", () => {
    const words = code.dataset.field.endsWith("*") ? code.dataset.field.slice(0, -1) : code.dataset.field
    last.focus()
    last.setRangeText(`{{ ${words} }}`, last.selectionStart, last.selectionEnd, "end")
    last.dispatchEvent(new Event("input", { bubbles: true }))
  })
  code.replaceWith(button)
})

// somebody to show the mail to, without loading the page
const people = form.querySelector("[data-people]")
const find = async event => {
  event.preventDefault()
  const answer = await fetch(people.dataset.people, { method: "POST", body: new URLSearchParams(new FormData(form)) })
  if (!answer.ok) return
  form.querySelector("#reader").innerHTML = await answer.text()
  show()
}
people.addEventListener("click", find)
form.querySelector("#letters").addEventListener("keydown", event => { if (event.key === "Enter") find(event) })

// a fault that knows its line leads there
form.querySelectorAll("[data-place]").forEach(place => {
  const field = document.getElementById(place.dataset.place)
  const button = document.createElement("button")
  button.type = "button"
  button.className = "linklike"
  button.append(...place.querySelector("b").childNodes)
  place.querySelector("b").append(button)
  button.addEventListener("click", () => {
    const before = field.value.split("\n").slice(0, place.dataset.line - 1)
    const start = before.reduce((sum, line) => sum + line.length + 1, 0) + Number(place.dataset.column) - 1
    field.focus()
    field.setSelectionRange(start, start)
    if (field.tagName === "TEXTAREA") field.scrollTop = Math.max(0, before.length * parseFloat(getComputedStyle(field).lineHeight) - field.clientHeight / 2)
  })
})
