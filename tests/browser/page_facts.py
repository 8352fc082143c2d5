"""What JavaScript of ours finds out about a page: contrast of each text, what lies over what, and what sticks out."""

from __future__ import annotations

CONTRAST = """
(() => {
  const part = text => { const m = text.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
                       return .2126 * r + .7152 * g + .0722 * b; };
  const ground = element => { let found = [];
    for (let e = element; e; e = e.parentElement) { found.push(part(getComputedStyle(e).backgroundColor)); }
    return found.reverse().reduce((below, top) => over(top, below), matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1]); };
  const poor = []; let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), inSvg = element.namespaceURI.endsWith('svg');
    if (inSvg && !element.closest('text')) continue;
    const below = ground(element), ink = over(part(inSvg ? style.fill : style.color), below);
    const [a, b] = [light(ink), light(below)].sort((x, y) => y - x), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700), ratio = (a + .05) / (b + .05);
    seen++;
    if (ratio < (large ? 3 : 4.5)) poor.push([walker.currentNode.data.trim().slice(0, 40), ratio.toFixed(2), style.color]);
  }
  return {seen, poor};
})()
"""
"""Every text that is seen, against WCAG 2 AA (1.4.3): 4.5, and 3 where it is large."""

SHAPES = """
(() => {
  const part = text => text.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
                       return .2126 * r + .7152 * g + .0722 * b; };
  const paper = light(part(getComputedStyle(document.querySelector('section')).backgroundColor)), poor = [];
  for (const mark of document.querySelectorAll('.step, .pin, .bar .fill, .joint, .shape')) {
    const style = getComputedStyle(mark);
    const drawn = ['none'].includes(style.fill) || mark.matches('.wait, .joint, .shape') ? style.stroke : style.fill;
    const [a, b] = [light(part(drawn)), paper].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 3) poor.push([mark.getAttribute('class'), ((a + .05) / (b + .05)).toFixed(2)]);
  }
  return poor;
})()
"""
"""What is drawn and means something, against WCAG 2 AA (1.4.11): 3. Shapes within a verdict lie on its own ground."""

OVERLAPS = """
(() => {
  const boxes = [...document.querySelectorAll('svg.chart')].flatMap(svg => [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBoundingClientRect();
    return {said: text.textContent.trim(), left: box.left, right: box.right, top: box.top + 2, bottom: box.bottom - 2};
  }));
  const found = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const a = boxes[i], b = boxes[j];
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found.push([a.said, b.said]);
  }
  const out = boxes.filter(box => box.left < 0 || box.right > screen.width + 1).map(box => box.said);
  return {seen: boxes.length, found, out};
})()
"""
"""Labels of the drawings that lie on each other, or beyond the screen."""

WIDTH = "document.scrollingElement.scrollWidth - screen.width"
"""By how much the page is wider than the screen; a phone would make `innerWidth` as wide as the page."""

STICKING_OUT = """
[...document.querySelectorAll('body *')].filter(e => !e.closest('.unseen, .skip, .scroll, svg') && e.getClientRects().length)
  .filter(e => e.getBoundingClientRect().right > screen.width + 1 && !e.closest('thead')).map(e => e.className || e.tagName).slice(0, 5)
"""
