"""Trees, cuts, silhouettes and Jaccard similarity by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from techdiplomacy.stability import (
    branch_members,
    coassignment,
    continuum_panels,
    cut_tree,
    distances_between,
    gap_statistic,
    group_jaccard,
    grow_tree,
    mean_silhouette,
    silhouettes,
)


def test_silhouette_agrees_with_scikit_learn():
    rng = np.random.default_rng(1)
    points = rng.normal(size=(40, 5))
    tree = grow_tree(points, "ward")
    cuts = cut_tree(tree, branch_members(tree), range(2, 9))
    expected = [silhouette_score(points, labels) for labels in cuts]
    np.testing.assert_allclose(silhouettes(points, "ward", range(2, 9)), expected, atol=1e-12)


def test_silhouette_by_hand():
    distances = distances_between(np.array([[0.0], [1.0], [4.0]]))
    # (4-1)/4, (3-1)/3, and 0 for the group of one
    assert mean_silhouette(distances, np.array([0, 0, 1])) == pytest.approx((3 / 4 + 2 / 3) / 3)


def test_cut_has_exactly_k_groups_even_with_identical_rows():
    tree = grow_tree(np.zeros((6, 2)), "ward")
    cuts = cut_tree(tree, branch_members(tree), range(1, 7))
    assert [len(set(labels)) for labels in cuts] == [1, 2, 3, 4, 5, 6]


def test_groups_are_numbered_by_size_then_first_member():
    points = np.array([[9.0], [0.0], [0.1], [5.0], [5.1], [0.2]])
    tree = grow_tree(points, "ward")
    assert cut_tree(tree, branch_members(tree), range(3, 4))[0].tolist() == [2, 0, 0, 1, 1, 0]


def test_group_jaccard_by_hand():
    labels = np.array([0, 0, 0, 1, 1, 2])
    resampled = np.array([[0, 0, 1, 1, 1, 2], [0, 0, -1, 1, -1, -1]])
    # First: {0,1} 2/3 and {2,3,4} 2/3. Second: both kept as far as they were drawn.
    np.testing.assert_allclose(group_jaccard(labels, resampled), [5 / 6, 5 / 6, np.nan])


def test_coassignment_counts_only_pairs_drawn_together():
    together = coassignment(np.array([[0, 0, 1], [0, 1, -1], [-1, 0, 0]]))
    np.testing.assert_allclose(together, [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])


def test_continuum_panels_stay_on_the_sphere_only_where_the_profiles_do():
    shares = np.random.default_rng(1).dirichlet(np.ones(5), size=12)
    profiles = np.sqrt(shares)  # rows of unit length
    on = list(continuum_panels(profiles, True, 4, np.random.default_rng(2)))
    off = list(continuum_panels(profiles, False, 4, np.random.default_rng(2)))
    assert len(on) == len(off) == 4
    for panel, free in zip(on, off, strict=True):
        length = np.linalg.norm(free, axis=1)
        np.testing.assert_allclose(np.linalg.norm(panel, axis=1), 1, rtol=1e-12)
        assert np.abs(length - 1).max() > 1e-3
        # the same direction: only the length is set
        np.testing.assert_allclose(panel * length[:, None], free, atol=1e-12)


def test_gap_is_finite_for_distinct_points_and_missing_without_dispersion():
    points = np.repeat(np.array([[0.0, 0.0], [1.0, 1.0]]), 5, axis=0)
    gap = gap_statistic(points, 3, panels=10, rng=np.random.default_rng(0))
    assert np.isfinite(gap["gap"].iloc[0])
    assert gap["gap"].iloc[1:].isna().all()
