"use strict";
// Sorting, searching and copying. Without it the page shows everything all the same.
(() => {
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      button?.addEventListener("click", () => {
        const isNumber = button.dataset.kind === "number";
        const before = head.getAttribute("aria-sort");
        const down = before === "none" ? isNumber : before === "ascending"; // the largest number first
        for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const number = (row) => Number.parseFloat(value(row, column)) || 0;
        const order = isNumber
          ? (a, b) => number(a) - number(b)
          : (a, b) => words.compare(value(a, column), value(b, column));
        const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
        table.tBodies[0].append(...rows);
      });
    });
  }

  const find = document.getElementById("find");
  if (find) {
    const rows = [...document.querySelectorAll("#submissions-table tbody tr")];
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ");
    const texts = rows.map((row) => {
      const counts = ["failed", "crashed", "skipped"].filter((_, place) => row.cells[place + 3].textContent.trim());
      const remarks = row.cells[row.cells.length - 1].textContent;
      return plain(` ${row.cells[0].textContent} ${row.dataset.find} ${counts.join(" ")} ${remarks}`);
    });
    find.parentElement.hidden = false;
    find.addEventListener("input", () => {
      const wanted = plain(find.value).split(" ").filter(Boolean);
      let count = 0;
      rows.forEach((row, place) => {
        row.hidden = !wanted.every((word) => texts[place].includes(` ${word}`)); // from a word's beginning
        count += row.hidden ? 0 : 1;
      });
      document.getElementById("found").textContent = wanted.length ? `${count} of ${rows.length}` : "";
    });
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = button.parentElement.querySelector("pre");
      getSelection().selectAllChildren(text); // at least: then Ctrl-C does it
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Selected";
      }
    });
  }

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):not(.who)")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();
