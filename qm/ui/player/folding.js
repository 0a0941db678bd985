// The form of a text in which equal words compare equal: that of qm.core.text.search_key, with
// the place that every letter of it comes from. A test holds the two together.

const PERSIAN = { "\u0649": "\u06cc", "\u064a": "\u06cc", "\u0643": "\u06a9" };
const KASRA = /([\u062f\u0628\u0632\u0630\u0634\u0633])\u0650/g;
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]/g;
const SPACE = /[\s\x1c-\x1f\x85]/;
const LETTER_WITH_ITS_SIGNS = /\P{M}\p{M}*|\p{M}+/gu;

function folded(text) {
  let key = "";
  const starts = [];
  const ends = [];
  for (const { 0: piece, index } of text.matchAll(LETTER_WITH_ITS_SIGNS)) {
    for (const letter of foldedPiece(piece)) {
      const isSpace = SPACE.test(letter);
      if (isSpace && (key === "" || key.endsWith(" "))) continue;
      const shown = isSpace ? " " : letter;
      key += shown;
      for (let each = 0; each < shown.length; each++) {
        starts.push(index);
        ends.push(index + piece.length);
      }
    }
  }
  return { key, starts, ends };
}

function searchKey(text) {
  return folded(text).key.trimEnd();
}

function foldedPiece(piece) {
  const plain = piece
    .normalize("NFKC")
    .replace(KASRA, "$1")
    .replace(/[\u0649\u064a\u0643]/g, (letter) => PERSIAN[letter])
    .replace(UNSEEN, "")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/\u066b/g, ".");
  return [...plain].map(caseFolded).join("");
}

// ß is ss and ς is σ in either case; a dotless ı is no i.
function caseFolded(letter) {
  return letter === "ı" ? letter : letter.toLowerCase().toUpperCase().toLowerCase();
}

// Where a key stands in a text, as pairs of places; hits do not overlap.
function placesOf(key, text) {
  const places = [];
  if (key === "") return places;
  const within = folded(text);
  for (let at = within.key.indexOf(key); at >= 0; at = within.key.indexOf(key, at + key.length)) {
    places.push([within.starts[at], within.ends[at + key.length - 1]]);
  }
  return places;
}
