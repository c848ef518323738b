/** Puts the goods behind the small windows of the list. */

import { drawGoods } from "./art.js";

for (const place of document.querySelectorAll("[data-art]")) {
  place.replaceChildren(drawGoods(place.dataset.art));
}
