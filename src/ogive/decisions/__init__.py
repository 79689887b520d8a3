"""Decisions from probabilities: what mistakes cost, and what follows for whom to act on.

Costs give the best threshold of calibrated probabilities in closed form; rows with outcomes give the one that is best
for them, how well they tell, and what it is worth. Outcomes are 0/1, weights are frequencies unless `SamplingWeights`
declares them the inverse of the chance that a row was drawn.
"""

from ogive.decisions.abstention import Abstention, abstain
from ogive.decisions.benefit import DecisionCurve, NetBenefit, decision_curve
from ogive.decisions.budget import BudgetPlan, rank_by_value
from ogive.decisions.costs import CostMatrix, MulticlassCosts, optimal_threshold
from ogive.decisions.multiclass import MulticlassDecisions, judge_decisions
from ogive.decisions.records import Condition, CostCurve, Costs, LabelThresholds, Saving, ThresholdChoice
from ogive.decisions.thresholds import choose_threshold, choose_thresholds

__all__ = [
    "Abstention",
    "BudgetPlan",
    "Condition",
    "CostCurve",
    "CostMatrix",
    "Costs",
    "DecisionCurve",
    "LabelThresholds",
    "MulticlassCosts",
    "MulticlassDecisions",
    "NetBenefit",
    "Saving",
    "ThresholdChoice",
    "abstain",
    "choose_threshold",
    "choose_thresholds",
    "decision_curve",
    "judge_decisions",
    "optimal_threshold",
    "rank_by_value",
]
