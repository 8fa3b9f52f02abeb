"""Compiled enumeration of mixed cells: a tree search along tropical curves, in exact integers.

Enters: columns (points with heights) in blocks, and a stack holding the one cell of the start
subdivision. Leaves: every mixed cell of the target subdivision. ``mixed_cell_search`` prepares
and repeats; the words used here are defined there.

A cell picks two columns ``(a_i, b_i)`` of every block: the edges b_i - a_i are the rows of a
matrix D, ``volume`` is V = |det D| and ``inverse`` the integer matrix whose row i is V times
column i of the inverse of D, so that the inner product of row i with edge j is V if i = j and 0
otherwise. ``normal`` is V times the inner normal of the cell. The residual of column c in block i,
<c - a_i, normal> + V (height c - height a_i), is V times how far c lies above the cell; the cell
belongs to the subdivision as long as no residual is negative.

Everything is an integer below 2**63: bounds computed in floating point, with a wide margin, stop
the search with ``OVERFLOW`` before anything could wrap around unnoticed.
"""

from __future__ import annotations

from solvers.homotopy.compilation import strict, strict_entry, strict_separate

__all__ = [
    "DEGENERATE",
    "DONE",
    "FULL",
    "OVERFLOW",
    "PAUSED",
    "TIE",
    "order_of_fractions",
    "search",
]

DONE = 0
"""The stack is empty: every cell has been found."""
PAUSED = 1
"""The steps of this call are spent; call again."""
FULL = 2
"""No room for another cell or branch; make room and call again."""
OVERFLOW = 3
"""The integers are too large for these heights."""
TIE = 4
"""Two columns meet a cell at once, and in the perturbation too."""
DEGENERATE = 5
"""A column lies on a cell of the target subdivision: its heights are not generic."""

_LIMIT = 2.0**61
# Floats of this size are still within 2**60 of the integers they stand for.
_ROUGH = 2.0**108
# Above the rounding of a difference of two quotients of 63-bit integers, 6 * 2**-53 of the larger.
_CLOSE = 2.0**-50


@strict
def _inner(columns, column, vector):
    """Inner product of one sparse column with ``vector``."""
    pointers, variables, exponents = columns
    total = 0
    for k in range(pointers[column], pointers[column + 1]):
        total += exponents[k] * vector[variables[k]]
    return total


@strict
def order_of_fractions(p, q, r, s):
    """The sign of p / q - r / s for q, s > 0, exactly: two continued fractions side by side."""
    while True:
        whole, other = p // q, r // s
        if whole != other:
            return 1 if whole > other else -1
        p -= whole * q
        r -= other * s
        if p == 0 or r == 0:
            return (1 if p > 0 else 0) - (1 if r > 0 else 0)
        p, q, r, s = s, r, q, p


@strict
def _largest(vector):
    largest = 0
    for i in range(len(vector)):
        largest = max(largest, abs(vector[i]))
    return largest


@strict
def _largest_entry(matrix):
    largest = 0
    for i in range(len(matrix)):
        largest = max(largest, _largest(matrix[i]))
    return largest


@strict
def _copy(source, target):
    # Slice assignment would do the same, and take seconds to compile.
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            target[i, j] = source[i, j]


@strict
def _solve_normal(heights, cell, normal, rounded):
    """Write V times the inner normal, exactly and ``rounded``; returns its rounded largest entry.

    Sums may wrap around on the way: they are right if the float says that the result is small.
    """
    pairs, inverse, _ = cell
    n = len(normal)
    for j in range(n):
        normal[j], rounded[j] = 0, 0.0
    for i in range(n):
        rise = heights[pairs[i, 0]] - heights[pairs[i, 1]]
        float_rise = float(rise)
        for j in range(n):
            normal[j] += rise * inverse[i, j]
            rounded[j] += float_rise * float(inverse[i, j])
    size = 0.0
    for j in range(n):
        size = max(size, abs(rounded[j]))
    return size


@strict
def _residual(columns, heights, column, base, volume, normal):
    rise = volume * (heights[column] - heights[base])
    return _inner(columns, column, normal) - _inner(columns, base, normal) + rise


@strict
def _perturbed_order(problem, cell, challenger, holder, room):
    """As order_of_fractions for columns that tie, by the infinitesimal part of their heights."""
    columns, _, noise = problem[:3]
    pairs, _, volume = cell
    normal, rounded = room[2], room[4]
    size = _solve_normal(noise, cell, normal, rounded)
    if not _is_small(problem, size, volume):
        return 0
    column, block, slope = challenger
    residual = _residual(columns, noise, column, pairs[block, 0], volume, normal)
    other_column, other_block, other_slope = holder
    other = _residual(columns, noise, other_column, pairs[other_block, 0], volume, normal)
    return order_of_fractions(residual, -slope, other, -other_slope)


@strict
def _is_small(problem, size, volume):
    """Whether all residuals fit, for a normal of this size."""
    degree, height_range = problem[5], problem[6]
    return 2.0 * degree * size + volume * height_range < _LIMIT


@strict
def _direction(cell, stage, n_points, direction):
    """Write V times the velocity of the normal; returns whether the first of the pair rises."""
    pairs, inverse, _ = cell
    first, second = pairs[stage, 0] >= n_points, pairs[stage, 1] >= n_points
    sign = (1 if first else 0) - (1 if second else 0)
    for j in range(len(direction)):
        direction[j] = sign * inverse[stage, j]
    return first


@strict_separate
def _scan(problem, cell, span, room, best):
    """Let the columns of one span compete for ``best``: column, block, residual, slope.

    A column with a negative slope reaches the cell at the time residual / -slope, and the
    earliest wins. Returns ``DONE`` or ``TIE``.
    """
    columns, heights = problem[0], problem[1]
    pointers, variables, exponents = columns
    volume = cell[2]
    block, first, last, rise = span
    normal, velocity = room[0], room[1]
    base = cell[0][block, 0]
    base_height = _inner(columns, base, normal) + volume * heights[base]
    shift = rise - _inner(columns, base, velocity)
    for column in range(first, last):
        slope = shift
        for k in range(pointers[column], pointers[column + 1]):
            slope += exponents[k] * velocity[variables[k]]
        if slope >= 0:
            continue
        residual = volume * heights[column] - base_height
        for k in range(pointers[column], pointers[column + 1]):
            residual += exponents[k] * normal[variables[k]]
        if best[0] >= 0:
            time, earliest = residual / -slope, best[2] / -best[3]
            if abs(time - earliest) > _CLOSE * abs(earliest):
                if time > earliest:
                    continue
            else:
                order = order_of_fractions(residual, -slope, best[2], -best[3])
                if order == 0:
                    order = _perturbed_order(
                        problem, cell, (column, block, slope), (best[0], best[1], best[3]), room
                    )
                    if order == 0:
                        return TIE
                if order > 0:
                    continue
        best[0], best[1], best[2], best[3] = column, block, residual, slope
    return DONE


@strict_separate
def _first_to_meet(problem, cell, stage, room, best):
    """Write into ``best`` the column whose residual falls to zero first; column -1 if none.

    The heights of the simplex of block ``stage`` rise together, all others rest.
    """
    blocks = problem[3]
    pairs, _, volume = cell
    n = len(pairs)
    n_points, n_slices = blocks[n], n * (n + 1)
    rises = _direction(cell, stage, n_points, room[1])
    moves = pairs[stage, 0] < n_points or pairs[stage, 1] < n_points
    best[0] = -1
    still = volume - volume  # A zero of the same type, so that _scan is compiled once.
    own_rise = volume if rises else still
    for block in range(n):
        status = DONE
        slices = n_points + block * (n + 1)
        if block < stage and moves:
            span = (block, blocks[block], blocks[block + 1], still)
            status = _scan(problem, cell, span, room, best)
        elif block == stage:
            span = (block, blocks[block], blocks[block + 1], -own_rise)
            status = _scan(problem, cell, span, room, best)
            first = slices + n_slices
            span = (block, first, first + n + 1, volume - own_rise)
            if moves and status == DONE:
                status = _scan(problem, cell, span, room, best)
        elif moves:
            span = (block, slices, slices + n + 1, still)
            status = _scan(problem, cell, span, room, best)
        if status != DONE:
            return status
    return DONE


@strict
def _coordinates(columns, cell, column, base, out):
    """Write V times the coordinates of ``column`` - ``base`` in the edges of the cell."""
    pointers, variables, exponents = columns
    inverse = cell[1]
    for i in range(len(out)):
        out[i] = 0
    for end, sign in ((column, 1), (base, -1)):
        for k in range(pointers[end], pointers[end + 1]):
            weight, variable = sign * exponents[k], variables[k]
            for i in range(len(out)):
                out[i] += weight * inverse[i, variable]


@strict
def _exchange(cell, row, coordinates, out):
    """Write the inverse after edge ``row`` has become the one with ``coordinates``.

    Returns the new volume, or 0 if an entry may not fit. The divisions by V leave no remainder
    (Bareiss), so multiplying by the inverse of the odd part of V modulo 2**64 does them, whatever
    wrapped around before, if the quotient is small (Jebelean, "An algorithm for exact division").
    """
    _, inverse, volume = cell
    n = len(coordinates)
    pivot = coordinates[row]
    sign = 1 if pivot > 0 else -1
    shift, odd = 0, volume
    while odd & 1 == 0:
        odd >>= 1
        shift += 1
    reciprocal = odd
    for _ in range(5):
        reciprocal *= 2 - odd * reciprocal
    reciprocal *= sign
    largest, float_pivot = 0.0, float(pivot)
    for i in range(n):
        if i != row:
            factor, float_factor = coordinates[i], float(coordinates[i])
            for j in range(n):
                product = pivot * inverse[i, j] - factor * inverse[row, j]
                rounded = float_pivot * float(inverse[i, j]) - float_factor * float(inverse[row, j])
                out[i, j] = (((product >> shift) * reciprocal) << shift) >> shift
                largest = max(largest, abs(rounded))
    for j in range(n):
        out[row, j] = sign * inverse[row, j]
    return sign * pivot if largest / float(odd) < _LIMIT else 0


@strict
def _complement(coordinates, block, volume):
    """Turn the coordinates of c - a into those of b - c, and back."""
    for i in range(len(coordinates)):
        coordinates[i] = -coordinates[i]
    coordinates[block] += volume


@strict
def _is_generic(problem, cell, normal):
    """Whether every column of the target lies strictly above the finished cell."""
    columns, heights, _, blocks = problem[:4]
    pairs, _, volume = cell
    for block in range(len(pairs)):
        first, second = pairs[block, 0], pairs[block, 1]
        for column in range(blocks[block], blocks[block + 1]):
            if column != first and column != second:
                residual = _residual(columns, heights, column, first, volume, normal)
                if residual <= 0:
                    return False
    return True


@strict
def _start_stage(stack, top, stage, scale, n_slices):
    """Take the finished cell to the next stage, whose simplex is ``scale`` times the slice."""
    pairs, inverse, volumes, stages = stack
    stages[top] = stage
    pairs[top, stage, 0] += n_slices
    pairs[top, stage, 1] += n_slices
    volumes[top] *= scale
    n = pairs.shape[1]
    for i in range(n):
        for j in range(n):
            if i != stage:
                inverse[top, i, j] *= scale


@strict_separate
def _advance(stack, size, best, coordinates):
    """Exchange column ``best`` into the top cell; the new size of the stack, or -1 (overflow).

    With y = coordinate of the column along the edge (a, b) of its block, over V: the cells that
    follow are (a, c) if y > 0 and (c, b) if y < 1. If y > 1 or y < 0, two cells merge into the one
    that follows; of these only the one that met the column of higher number goes on.
    """
    pairs, inverse, volumes, stages = stack
    top = size - 1
    cell = (pairs[top], inverse[top], volumes[top])
    volume = volumes[top]
    column, block = best[0], best[1]
    first, second = pairs[top, block, 0], pairs[top, block, 1]
    share = coordinates[block]
    if (share > volume and column < first) or (share < 0 and column < second):
        return size - 1
    if share > 0 and share < volume:
        _copy(pairs[top], pairs[size])
        pairs[size, block, 0] = column
        stages[size] = stages[top]
        _complement(coordinates, block, volume)
        volumes[size] = _exchange(cell, block, coordinates, inverse[size])
        _complement(coordinates, block, volume)
        if volumes[size] == 0:
            return -1
        size += 1
    end = 1 if share > 0 else 0
    if end == 0:
        _complement(coordinates, block, volume)
    volumes[top] = _exchange(cell, block, coordinates, inverse[top])
    pairs[top, block, end] = column
    return size if volumes[top] else -1


@strict
def _emit(problem, cell, normal, found, number):
    """Write the finished cell into ``found``; ``DONE``, or ``DEGENERATE`` for a tie."""
    if not _is_generic(problem, cell, normal):
        return DEGENERATE
    _copy(cell[0], found[0][number])
    found[1][number] = cell[2]
    for j in range(len(normal)):
        found[2][number, j] = normal[j]
    return DONE


@strict_entry
def search(problem, stack, counts, found, room, max_steps):
    """Go on with the depth-first search until it ends, pauses or must be stopped.

    Parameters
    ----------
    problem
        ``(columns, heights, noise, blocks, scales, degree, height_range)``. ``columns`` holds the
        sparse points (pointers, variables, exponents): all points of the target block by block,
        then the slices of all blocks, then the scaled slices. ``heights`` and ``noise``, an
        infinitesimal perturbation, have one entry for each column, from a range of
        ``height_range``. ``blocks`` says where the points of each block start; ``scales`` by how
        much its slice is scaled; ``degree`` is the largest sum of exponents of a column.
    stack
        Pairs ``(depth, n, 2)``, inverses ``(depth, n, n)``, volumes and stages ``(depth,)``.
    counts
        Cells on the stack, cells found, steps taken; updated here.
    found
        Pairs ``(k, n, 2)``, volumes ``(k,)`` and normals ``(k, n)``, written here.
    room
        Integers ``(n,)`` for a normal, a velocity, the normal for perturbed heights and the
        coordinates of a column, floats ``(n,)`` for a rounded normal, and integers ``(4,)`` for the
        column that is met first: room to work in.
    max_steps
        How many steps, of O(n^2 + points) operations, this call may take.
    """
    columns, heights, _, blocks, scales, degree, height_range = problem
    pairs, inverse, volumes, stages = stack
    n = pairs.shape[1]
    normal, _, _, coordinates, rounded, best = room
    size, number, steps, status = counts[0], counts[1], 0, DONE
    while size > 0 and status == DONE:
        if number == len(found[1]) or size == len(volumes):
            status = FULL
            break
        if steps == max_steps:
            status = PAUSED
            break
        steps += 1
        top = size - 1
        stage, cell = stages[top], (pairs[top], inverse[top], volumes[top])
        volume, bound = volumes[top], float(_largest_entry(inverse[top]))
        fits = n * n * height_range * bound < _ROUGH and degree * bound < _LIMIT / 4.0
        if not fits or not _is_small(
            problem, _solve_normal(heights, cell, normal, rounded), volume
        ):
            status = OVERFLOW
        elif pairs[top, stage, 0] < blocks[n] and pairs[top, stage, 1] < blocks[n]:
            if stage + 1 < n:
                _start_stage(stack, top, stage + 1, scales[stage + 1], n * (n + 1))
            else:
                status = _emit(problem, cell, normal, found, number)
                number += 1
                size -= 1
        else:
            status = _first_to_meet(problem, cell, stage, room, best)
            if status == DONE and best[0] < 0:
                size -= 1
            elif status == DONE:
                _coordinates(columns, cell, best[0], pairs[top, best[1], 0], coordinates)
                reach = (float(_largest(coordinates)) + volume) * bound
                advanced = _advance(stack, size, best, coordinates) if reach < _ROUGH else -1
                if advanced >= 0:
                    size = advanced
                else:
                    status = OVERFLOW
    counts[0], counts[1] = size, number
    counts[2] += steps
    return status
