// What is to be known about places of the transcript, under headings that fold it away.

class RemarkList {
  constructor(place, onGo) {
    this.place = place;
    this.onGo = onGo;
  }

  show({ remarks, labels, language }) {
    while (this.place.children.length > remarks.length) this.place.lastChild.remove();
    remarks.forEach(({ title, remarks: some }, at) => {
      const group = this.place.children[at] ?? this.place.appendChild(newGroup());
      write(group.firstChild, title);
      group.lastChild.replaceChildren(...some.map((remark) => this.row(remark, labels, language)));
    });
  }

  row(remark, labels, language) {
    const { text, sign, tone, start_s, line } = remark;
    const row = node("li", `remark ${tone}`);
    const mark = node("span", "sign", sign);
    mark.setAttribute("aria-hidden", "true");
    row.append(mark, node("span", "what", text));
    if (start_s === null && line === null) return row;
    const place = start_s === null ? "↓" : clockText(start_s, language);
    const go = node("button", "go", place);
    go.type = "button";
    nameButton(go, labels.go.replace("{time}", place));
    go.addEventListener("mousedown", (event) => event.preventDefault());
    go.addEventListener("click", () => this.onGo(start_s, line));
    row.append(go);
    return row;
  }
}

function newGroup() {
  const group = node("details", "group");
  group.append(node("summary", ""), node("ul", ""));
  return group;
}
