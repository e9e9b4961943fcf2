// Which texts and controls are too faint on what is behind them: WCAG 2.2, 1.4.3 and 1.4.11, level AA.
// A row that arrives is lit for a moment, which is no ground to judge by.
document.getAnimations().forEach((animation) => animation.finish());
const rgba = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
};
const over = (top, ground) => Object.fromEntries(
  ["red", "green", "blue"].map((name) => [name, top[name] * top.alpha + ground[name] * (1 - top.alpha)]),
);
const luminance = ({ red, green, blue }) => {
  const [r, g, b] = [red, green, blue]
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const ground = (element) => {
  const behind = element.parentElement === null ? { red: 255, green: 255, blue: 255 } : ground(element.parentElement);
  return over(rgba(getComputedStyle(element).backgroundColor), behind);
};

const tooFaint = [];
let lookedAt = 0;
const look = (color, behind, least, what) => {
  lookedAt += 1;
  const found = contrast(over(rgba(color), behind), behind);
  if (found < least) tooFaint.push(`${what}: ${found.toFixed(2)} is less than ${least}`);
};

const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const text = walker.currentNode.textContent.trim();
  if (text === "" || !element.checkVisibility()) continue;
  look(getComputedStyle(element).color, ground(element), 4.5, text.slice(0, 40));
}
for (const element of document.querySelectorAll("button, select, input")) {
  if (!element.checkVisibility() || element.disabled) continue;
  const style = getComputedStyle(element);
  if (element.placeholder) look(getComputedStyle(element, "::placeholder").color, ground(element), 4.5, "placeholder");
  if (style.borderStyle !== "none") look(style.borderColor, ground(element.parentElement), 3, element.id || element.outerHTML.slice(0, 60));
}
return { looked_at: lookedAt, too_faint: tooFaint, ground: getComputedStyle(document.body).backgroundColor };
