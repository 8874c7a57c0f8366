# SPDX-License-Identifier: GPL-2.0-only
#
# The way of a getppid(), part by part; data= and picture= name the files.
set terminal svg size 960,400 font 'sans-serif,12' noenhanced background '#ffffff'
set output picture
set title offset graph -0.15,0 "Instructions of the kernel for one getppid() (path length, not time)"
set key outside bottom center horizontal samplen 1 width 1 maxrows 1
set lmargin 34
set style fill solid noborder
set border 1 linecolor '#888888'
set xtics nomirror out
set ytics scale 0 textcolor '#000000'
set xrange [0:*]
set offsets graph 0, graph 0.06, 0.7, 0.7
half = 0.42
plot data index 0 using (0):1:ytic(2) with points pointtype -1 notitle, \
	data index 1 using 1:3:1:2:($3-half):($3+half) with boxxyerror linecolor '#4e79a7' title 'entry assembly', \
	data index 2 using 1:3:1:2:($3-half):($3+half) with boxxyerror linecolor '#a0cbe8' title 'entry C', \
	data index 3 using 1:3:1:2:($3-half):($3+half) with boxxyerror linecolor '#bab0ac' title 'the call', \
	data index 4 using 1:3:1:2:($3-half):($3+half) with boxxyerror linecolor '#ffbe7d' title 'exit C', \
	data index 5 using 1:3:1:2:($3-half):($3+half) with boxxyerror linecolor '#f28e2b' title 'exit assembly', \
	for [i=1:5] data index i using (($1+$2)/2):3:4 with labels notitle, \
	data index 0 using 3:1:3 with labels left offset 0.7,0 font ',12' notitle
