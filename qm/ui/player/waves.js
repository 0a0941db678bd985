// The sound as a curve: how loud each channel is along the time, told by the server.

const peaks = new Map(); // URL of a recording → promise of its channels

function peaksOf(url) {
  if (!peaks.has(url)) peaks.set(url, ask(url));
  return peaks.get(url);
}

// Without them the axis stays empty: the player itself says why a recording cannot be played.
async function ask(url) {
  try {
    const answer = await fetch(`${url}?peaks=1`);
    if (answer.ok) return (await answer.json()).channels;
  } catch {
    // The server is away.
  }
  peaks.delete(url);
  return [];
}

function wave(channel) {
  const most = Math.max(...channel, 1);
  const half = channel.map((peak) => (13 * peak) / most);
  const above = half.map((height, at) => `${at},${13 - height}`);
  const below = half.map((height, at) => `${at},${13 + height}`).reverse();
  const lane = node("div", "lane wave");
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const curve = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  drawing.setAttribute("viewBox", `0 0 ${channel.length - 1} 26`);
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  curve.setAttribute("points", [...above, ...below].join(" "));
  drawing.append(curve);
  lane.append(drawing);
  return lane;
}
