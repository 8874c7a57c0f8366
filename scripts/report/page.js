// Search and filter of the claims: a row is shown if it has all words, and what the
// tests said on the two kernels is as chosen.
(function () {
	var table = document.getElementById('claims-1');
	var words = document.getElementById('claims-words');
	var kind = document.getElementById('claims-kind');
	var shown = document.getElementById('claims-shown');
	var rows = Array.prototype.slice.call(table.tBodies[0].rows);
	var commit = '';
	rows.forEach(function (row) {
		// The commit stands in the first of its rows alone.
		var said = row.cells[0].textContent;
		if (said) commit = said; else row.cells[0].dataset.commit = commit;
		row.dataset.commit = commit;
	});
	function find() {
		var want = words.value.toLowerCase().split(/\s+/), n = 0, last = '';
		rows.forEach(function (row) {
			var text = (row.dataset.commit + ' ' + row.textContent).toLowerCase();
			var base = row.cells[3].textContent, patched = row.cells[4].textContent;
			var is = !base ? 'other' : base === patched ? 'same' : 'changed';
			var show = want.every(function (w) { return text.indexOf(w) >= 0; }) && (!kind.value || kind.value === is);
			row.hidden = !show;
			if (!show) return;
			n++;
			// A row whose first one is hidden says its commit itself.
			row.cells[0].textContent = row.dataset.commit === last ? '' : row.dataset.commit;
			last = row.dataset.commit;
		});
		shown.textContent = n + ' of ' + rows.length;
	}
	words.addEventListener('input', find);
	kind.addEventListener('change', find);
	find();
})();
