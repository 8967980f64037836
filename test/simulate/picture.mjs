/** The picture of docs/statistics.md: how many of the unchanged scores have been called changed by each day, as SVG. */
export function picture({ compared, slid }, days) {
  const [width, height, left, bottom, top] = [720, 360, 56, 44, 16];
  const x = (day) => left + ((width - left - 16) * day) / days;
  const y = (share) => height - bottom - ((height - bottom - top) * share) / most;
  const until = (found, day) => found.filter((one) => one !== null && one <= day).length / found.length;
  const most = Math.ceil(Math.max(until(slid, days), 0.1) * 10) / 10;
  const curve = (found) =>
    Array.from({ length: days + 1 }, (_, day) => `${x(day).toFixed(1)},${y(until(found, day)).toFixed(1)}`).join(' ');
  const grid = Array.from({ length: Math.round(most * 10) + 1 }, (_, i) => i / 10).map(
    (share) =>
      `<line x1="${left}" x2="${width - 16}" y1="${y(share)}" y2="${y(share)}" stroke="#ccc"/>` +
      `<text x="${left - 8}" y="${y(share) + 4}" text-anchor="end">${Math.round(100 * share)} %</text>`,
  );
  const months = [0, 90, 180, 270, 360].map(
    (day) => `<text x="${x(day)}" y="${height - bottom + 20}" text-anchor="middle">${day}</text>`,
  );
  const label = (found, text, dy) =>
    `<text x="${width - 20}" y="${y(until(found, days)) + dy}" text-anchor="end">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img">
<title>Unchanged scores that were called changed by who looks every day</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${grid.join('\n')}
${months.join('\n')}
<text x="${(left + width) / 2}" y="${height - 8}" text-anchor="middle">days of looking, 20 answers a day</text>
<polyline points="${curve(slid)}" fill="none" stroke="#b3261e" stroke-width="2.5"/>
<polyline points="${curve(compared)}" fill="none" stroke="#1b5e9b" stroke-width="2.5" stroke-dasharray="7 4"/>
${label(slid, `for one look, looked at every day: ${Math.round(100 * until(slid, days))} %`, 20)}
${label(compared, `comparison: ${(100 * until(compared, days)).toFixed(2)} %`, -8)}
</svg>
`;
}
