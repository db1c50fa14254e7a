// Shows what was measured at the time under the pointer, in all charts over time at once.
const samples = JSON.parse(document.getElementById("samples").textContent);
const tip = document.getElementById("tip");
const charts = [...document.querySelectorAll(".overtime svg.chart")];
const count = n => Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, " ");
const span = us => us < 1e3 ? us + " µs" : us < 1e6 ? (us / 1e3).toPrecision(3) + " ms" : (us / 1e6).toPrecision(3) + " s";
const clock = s => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");
charts.forEach(svg => {
  svg.addEventListener("mousemove", event => {
    const box = svg.getBoundingClientRect(), scale = 960 / box.width;
    const left = +svg.dataset.left, width = 960 - left - svg.dataset.right;
    const at = ((event.clientX - box.left) * scale - left) / width * svg.dataset.max;
    const sample = samples.find(s => at < s[0] + s[1]) || samples[samples.length - 1];
    if (!sample || at < 0) { return; }
    const x = left + (sample[0] + sample[1] / 2) / svg.dataset.max * width;
    charts.forEach(other => { const c = other.querySelector(".cursor"); c.setAttribute("x1", x); c.setAttribute("x2", x); });
    tip.textContent = "at " + clock(sample[0]) + "\npublished     " + count(sample[2]) + "/s\nacknowledged  " + count(sample[3])
      + "/s\narrived       " + count(sample[4]) + "/s\nconnected     " + count(sample[5]) + "\nnot arrived   " + count(sample[6])
      + "\nnot sent      " + count(sample[7]) + "\nacknowledged  " + span(sample[8]) + " half, " + span(sample[9]) + " 99 %\narrived       "
      + span(sample[10]) + " half, " + span(sample[11]) + " 99 %";
    tip.style.display = "block";
    tip.style.left = Math.min(event.clientX + 16, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8) + "px";
  });
  svg.addEventListener("mouseleave", () => { tip.style.display = "none"; });
});
