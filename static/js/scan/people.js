// Finding a person at this endpoint by at least two letters of the name, to check in by hand.

const FEWEST = 2;
const PAUSE = 250;

/** onChosen({participant, name}) when somebody is to be checked in by hand. */
export function createPeople({ address, endpoint, onChosen }) {
  const form = document.querySelector('[data-panel="people"]');
  const status = form.querySelector("[data-people-status]");
  const list = form.querySelector("[data-people-list]");
  const template = document.querySelector("template[data-person]");
  let timer = 0;
  let newest = 0;

  function say(name, values = {}) {
    status.textContent = Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), status.dataset[name]);
  }

  function line(person) {
    const item = template.content.firstElementChild.cloneNode(true);
    item.querySelector("[data-name]").textContent = person.full_name;
    item.querySelector("[data-post]").textContent = [person.position, person.unit].filter(Boolean).join(", ");
    const there = item.querySelector("[data-there]");
    const button = item.querySelector("[data-check-in]");
    if (person.at) there.textContent = there.dataset.words.replace("{time}", person.at);
    button.hidden = Boolean(person.at);
    button.addEventListener("click", () => {
      button.hidden = true;
      onChosen({ participant: person.participant, name: person.full_name });
    });
    return item;
  }

  async function find() {
    const q = form.elements.q.value.trim();
    const mine = ++newest;
    if (q.length < FEWEST) {
      list.replaceChildren();
      say("short");
      return;
    }
    try {
      const response = await fetch(`${address}?${new URLSearchParams({ endpoint, q })}`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.statusText);
      const found = await response.json();
      if (mine !== newest) return;
      list.replaceChildren(...found.results.map(line));
      if (!found.results.length) say("none");
      else if (found.more) say("more");
      else say("found", { count: found.results.length });
    } catch {
      if (mine === newest) say("offline");
    }
  }

  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    find();
  });
}
