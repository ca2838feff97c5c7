{#
    The parameters of the forecast and its back-test, in one place.

    rate_months       8 earlier origins teach the rates: in the simulation of bench/ 12 are a little
                      better while nothing changes, and much worse after a change.
    closing_months    12 months of closed deals make the final win rate of stage_weighted and the
                      mean size of a won deal.
    new_deal_months   6 for revenue from deals not created yet, which follows growth.
    score_months      24 earlier origins give the intervals and the choice of the default.
    minimum_months    3 earlier origins and
    minimum_wins      20 wins in their periods, or a rate is a guess.
    minimum_scores    8 scored forecasts: the smallest and largest of eight ratios span 7/9 = 78%.
    prior_deals       5 deals at the rate of the wider group (pipeline for a stage, stage for an age)
                      stand in every rate, so that a cell with two deals is never 0 or 100%.
    dated_share       Below half of the open deals with an expected close date, close dates place
                      nothing.
    age_bands         Lower bounds, in days since the deal entered its stage.
#}
{% macro forecast_parameters() -%}
    {{ return({
        "rate_months": 8,
        "closing_months": 12,
        "new_deal_months": 6,
        "score_months": 24,
        "minimum_months": 3,
        "minimum_wins": 20,
        "minimum_scores": 8,
        "prior_deals": 5,
        "dated_share": 0.5,
        "age_bands": [0, 7, 14, 30, 60, 90, 180],
    }) }}
{%- endmacro %}
