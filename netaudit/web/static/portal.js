// Small comforts; every page works without them.
"use strict";
document.addEventListener("change", function (event) {
  var target = event.target;
  if (target.hasAttribute("data-submit") && target.files && target.files.length) { target.form.submit(); }
  var name = target.getAttribute("data-all");
  if (name) {
    target.form.querySelectorAll('input[name="' + name + '"]').forEach(function (box) { box.checked = target.checked; });
  }
});
