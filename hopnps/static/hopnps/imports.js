// A file is dropped onto the form, or chosen: its name and size are told, and what is no table is refused before it travels.
// Without JavaScript the plain field does, and the server says the same.

const drop = document.querySelector("[data-drop]")
const field = drop.querySelector("input")
const picked = drop.querySelector(".picked")
const fault = document.getElementById("file-fault")
const endings = field.accept.split(",")

drop.classList.add("live")
drop.querySelectorAll(".invitation, label").forEach(one => { one.hidden = false })
field.classList.add("sr") // its label is the button; the field keeps the keyboard

const size = bytes => {
  const units = drop.dataset.units.split(",")
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2
  const number = (bytes / 1024 ** step).toLocaleString(document.documentElement.lang, { maximumFractionDigits: step ? 1 : 0 })
  return `${number} ${units[step]}`
}

function refusal(file) {
  if (!endings.some(ending => file.name.toLowerCase().endsWith(ending))) return drop.dataset.wrong
  return file.size > Number(drop.dataset.most) ? drop.dataset.large : ""
}

function tell() {
  const file = field.files[0]
  const said = file ? refusal(file) : ""
  if (said) field.value = ""
  fault.textContent = said
  fault.hidden = !said
  drop.classList.toggle("wrong", Boolean(said))
  drop.classList.toggle("full", Boolean(file && !said))
  picked.hidden = !file || Boolean(said)
  picked.textContent = file ? `${file.name}, ${size(file.size)}` : ""
}

field.addEventListener("change", tell)

for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, event => {
  event.preventDefault()
  drop.classList.add("over")
})
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, event => {
  if (name === "dragleave" && drop.contains(event.relatedTarget)) return
  drop.classList.remove("over")
})
drop.addEventListener("drop", event => {
  event.preventDefault()
  if (!event.dataTransfer.files.length) return
  field.files = event.dataTransfer.files
  tell()
})

// a page that comes back by the back button still holds its file
if (field.files.length) tell()
