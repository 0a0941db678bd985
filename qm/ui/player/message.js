// The text of a line: plain, with the words the machine was unsure of, or the parts of an e-mail,
// of which headers and what is quoted are folded.

function showText(place, segment, labels) {
  const wanted = JSON.stringify([segment.text, segment.parts, segment.blocks, labels.removed]);
  if (place.shown === wanted) return;
  place.shown = wanted;
  place.replaceChildren(...contentOf(segment, labels));
}

function contentOf({ text, parts, blocks }, labels) {
  if (text === "") return [node("span", "", labels.removed)];
  if (blocks.length) return blocks.map(([kind, content]) => block(kind, content, labels));
  if (parts.length === 0) return [node("span", "", text)];
  return parts.map(([piece, isUnsure]) =>
    isUnsure ? Object.assign(node("span", "unsure", piece), { title: labels.unsure }) : node("span", "", piece),
  );
}

function block(kind, content, labels) {
  if (kind === "text" || kind === "subject") return directed(node("div", kind, content));
  const fold = node("details", kind);
  fold.append(node("summary", "", labels[kind]), directed(node("div", "", content)));
  return fold;
}

function directed(element) {
  element.dir = "auto";
  return element;
}
