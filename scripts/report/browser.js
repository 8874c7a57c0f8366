// Run in the page by report.sh --browser, in a frame; what it finds is told to the page
// around it.
(function () {
	var bad = [], n;
	document.querySelectorAll('table').forEach(function (t) {
		n = t.tHead.rows[0].cells.length;
		if (!t.tBodies[0].rows.length) bad.push(t.id + ' has no row');
		Array.prototype.forEach.call(t.tBodies[0].rows, function (r) {
			if (r.cells.length !== n) bad.push(t.id + ' has a row of ' + r.cells.length + ' cells, not ' + n);
		});
	});
	document.querySelectorAll('a').forEach(function (a) {
		var to = a.getAttribute('href');
		if (to[0] !== '#' || !document.getElementById(to.slice(1))) bad.push('no place for ' + to);
	});
	document.querySelectorAll('section').forEach(function (s) {
		if (!s.querySelector('table')) bad.push(s.id + ' has no table');
	});
	if (document.documentElement.scrollWidth > window.innerWidth) bad.push('wider than the window of ' + window.innerWidth);
	var words = document.getElementById('claims-words'), kind = document.getElementById('claims-kind');
	var rows = document.getElementById('claims-1').tBodies[0].rows;
	function shown() { return Array.prototype.filter.call(rows, function (r) { return r.offsetParent !== null; }); }
	var all = shown().length;
	if (all !== rows.length) bad.push('not all claims are shown at first');
	words.value = 'sigsys handler'; words.dispatchEvent(new Event('input'));
	if (!shown().length || shown().length === all) bad.push('the search finds all or nothing');
	words.value = 'no-such-word'; words.dispatchEvent(new Event('input'));
	if (shown().length) bad.push('the search finds what is not there');
	words.value = ''; kind.value = 'changed'; kind.dispatchEvent(new Event('change'));
	shown().forEach(function (r) { if (r.cells[3].textContent === r.cells[4].textContent) bad.push('a claim that stays is shown as changed'); });
	if (!shown().length || shown()[0].cells[0].textContent === '') bad.push('a claim without its commit');
	parent.postMessage('width ' + window.innerWidth + ': ' + (bad.length ? 'not ok: ' + bad.join('; ') : 'ok'), '*');
})();
