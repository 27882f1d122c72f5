// SPDX-License-Identifier: EUPL-1.2
// What a page does better with a script. Every page works without it: each
// part looks for its data-* mark, which holds the words it needs.
const all = (mark, on = document) => on.querySelectorAll(`[data-${mark}]`);
const add = (tag, given, to) => {
  const made = Object.assign(document.createElement(tag), given);
  to.append(made);
  return made;
};
const fill = (text, n) => text.replace("{n}", n);

// One polite status line for the whole page.
const status = add("p", { className: "vh" }, document.body);
status.setAttribute("role", "status");
const tell = (text) => { status.textContent = text; };

// Errors first: autofocus does it too, but not after the back button.
document.getElementById("galat")?.focus();

// Copy a number or link.
for (const at of all("copy")) {
  const button = add("button", {
    type: "button", className: "btn alt", textContent: at.dataset.copyText,
  }, at);
  button.addEventListener("click", async () => {
    const from = document.getElementById(at.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.textContent.trim());
      button.textContent = at.dataset.copied;
      tell(at.dataset.copied);
    } catch {
      getSelection().selectAllChildren(from);
    }
  });
}

// Characters left, shown always, spoken only in the last tenth.
for (const box of all("limit")) {
  const limit = Number(box.dataset.limit);
  const shown = add("p", { className: "count" }, box.parentElement);
  shown.setAttribute("aria-hidden", "true");
  let later;
  const count = () => {
    const left = limit - [...box.value].length;
    const text = fill(left < 0 ? box.dataset.over : box.dataset.left,
      Math.abs(left).toLocaleString(document.documentElement.lang));
    shown.textContent = text;
    shown.classList.toggle("error", left < 0);
    clearTimeout(later);
    if (left <= limit / 10) later = setTimeout(tell, 1000, text);
  };
  box.addEventListener("input", count);
  count();
}

// Pictures are made smaller before they travel: 1600 px on the long side.
const shrink = async (file, side) => {
  const picture = await createImageBitmap(file);
  const scale = side / Math.max(picture.width, picture.height);
  if (scale >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => {
    canvas.toBlob(done, "image/jpeg", 0.7);
  });
  if (!blob || blob.size >= file.size) return file;
  const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
  return new File([blob], name, { type: "image/jpeg" });
};
for (const input of all("shrink")) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file || !/^image\/(jpeg|png|webp)$/.test(file.type)) return;
    try {
      const kept = new DataTransfer();
      kept.items.add(await shrink(file, Number(input.dataset.shrink)));
      if (input.files[0] === file) input.files = kept.files;
    } catch { /* the original travels; the server takes it too */ }
  });
}

// Is this file the letter? Computed here; the file stays on the device.
for (const form of all("hash")) {
  const input = form.querySelector("input[type=file]");
  if (!globalThis.crypto?.subtle) continue;
  const said = add("p", {}, form);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = [...new Uint8Array(hash)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const same = hex === form.dataset.hash;
    said.className = `notice ${same ? "ok" : "error"}`;
    said.textContent = same ? form.dataset.same : form.dataset.other;
    tell(said.textContent);
  });
}

// A village is found sooner by its district first.
for (const village of all("groups")) {
  const groups = [...village.querySelectorAll("optgroup")];
  if (groups.length < 2) continue;
  const label = document.createElement("label");
  const district = document.createElement("select");
  label.htmlFor = district.id = `${village.id}-kec`;
  label.textContent = village.dataset.groups;
  for (const group of groups) district.add(new Option(group.label));
  const first = village.options[0];
  const choose = (keep) => {
    const value = keep ? village.value : "";
    village.replaceChildren(first, groups[district.selectedIndex]);
    village.value = value;
  };
  const chosen = village.selectedOptions[0]?.parentElement;
  district.selectedIndex = Math.max(0, groups.indexOf(chosen));
  district.addEventListener("change", () => choose(false));
  village.labels[0].before(label, district);
  choose(true);
}

// Where the telephone is, only when asked.
for (const at of all("locate")) {
  if (!("geolocation" in navigator)) continue;
  const [lat, lon, accuracy] = at.querySelectorAll("input");
  const said = document.createElement("p");
  said.className = "hint";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn alt";
  button.textContent = at.dataset.locate;
  at.prepend(button, said);
  const say = (text) => { said.textContent = text; tell(text); };
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      lat.value = coords.latitude.toFixed(6);
      lon.value = coords.longitude.toFixed(6);
      accuracy.value = Math.ceil(coords.accuracy);
      say(fill(at.dataset.found, accuracy.value));
    },
    () => say(at.dataset.failed),
    { enableHighAccuracy: true, timeout: 15000 },
  ));
}

// A password can be looked at.
for (const at of all("show")) {
  const input = at.querySelector("input");
  const button = add("button", {
    type: "button", className: "btn alt", textContent: at.dataset.show,
  }, at);
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? at.dataset.hide : at.dataset.show;
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

// A button that is pressed says so; pressing again is harmless.
for (const button of all("busy")) {
  const text = button.textContent;
  button.form.addEventListener("submit", () => {
    button.textContent = button.dataset.busy;
  });
  addEventListener("pageshow", () => { button.textContent = text; });
}

// Officers' keys: single letters, silent while a field has focus, and with a
// switch that this browser remembers.
const KEYS = "pintasan-mati";
const off = () => localStorage.getItem(KEYS) === "1";
for (const at of all("keys-switch")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn alt";
  const name = () => {
    button.textContent = off() ? at.dataset.keysSwitchOn : at.dataset.keysSwitch;
  };
  button.addEventListener("click", () => {
    if (off()) localStorage.removeItem(KEYS);
    else localStorage.setItem(KEYS, "1");
    name();
  });
  name();
  at.after(button);
}
const [list] = all("keys");
const links = list ? [...list.querySelectorAll("li > a")] : [];
const move = (by) => {
  const at = links.indexOf(document.activeElement);
  const to = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
  links[to]?.focus();
};
const help = () => {
  const keys = document.querySelector("details.keys");
  if (!keys) return;
  keys.open = true;
  keys.querySelector("summary").focus();
};
const pick = () => {
  const row = document.activeElement.closest("[data-keys] li");
  const box = row && row.querySelector('input[type="checkbox"]');
  if (box) box.checked = !box.checked;
};
const acts = { j: () => move(1), k: () => move(-1), x: pick, "?": help };
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || off()) return;
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  const link = key === "n" && document.querySelector("[data-key=n]");
  if (link) link.click();
  else if (links.length > 0 && acts[key]) acts[key]();
  else return;
  event.preventDefault();
});
