metadata description = 'What watches over the app: a workbook, alert rules for the success targets, and whom they are sent to.'

@description('Resource id of the Application Insights component that the app reports to.')
param applicationInsightsId string

@description('Resource id of the Log Analytics workspace behind it.')
param logAnalyticsId string

param location string
param tags object

@description('Who is written to when an alert fires. Empty: nobody, the portal shows it.')
param alertEmail string = ''

@description('The share of generations that has to reach their end, in percent.')
param completeTargetPercent int = 95

@description('The share of generations that may end with a critical error, in percent.')
param criticalTargetPercent int = 2

@description('How long 95 of 100 generations may take to their first panel, in seconds.')
param firstPanelTargetSeconds int = 90

@description('Fewer ended generations than this in an hour tell nothing of a share.')
param leastGenerations int = 20

var roleName = 'story-to-manga'
var ends = 'AppMetrics | where AppRoleName == "${roleName}" and Name == "manga.generations" | extend outcome = tostring(Properties["manga.outcome"]) | where outcome != "cancelled" | summarize ended = sum(Sum), finished = sumif(Sum, outcome in ("complete", "partial")), critical = sumif(Sum, outcome == "critical")'

var rules = [
  {
    name: 'generations-complete'
    title: 'Fewer than ${completeTargetPercent} % of generations complete'
    severity: 1
    query: '${ends} | where ended >= ${leastGenerations} and finished * 100 < ended * ${completeTargetPercent}'
  }
  {
    name: 'critical-errors'
    title: 'More than ${criticalTargetPercent} % of generations end with a critical error'
    severity: 1
    query: '${ends} | where ended >= ${leastGenerations} and critical * 100 > ended * ${criticalTargetPercent}'
  }
  {
    name: 'time-to-first-panel'
    title: 'The first panel takes longer than ${firstPanelTargetSeconds} s'
    severity: 2
    query: 'AppTraces | where AppRoleName == "${roleName}" and Properties.action == "generation_ended" | extend seconds = todouble(Properties.first_panel_s) | where isnotnull(seconds) | summarize generations = count(), p95 = percentile(seconds, 95) | where generations >= ${leastGenerations} and p95 > ${firstPanelTargetSeconds}'
  }
]

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-story-to-manga'
  // Action groups are not kept in a region.
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'manga'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'story-to-manga-${rule.name}'
    location: location
    tags: tags
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      scopes: [
        logAnalyticsId
      ]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT1H'
      autoMitigate: true
      // A workspace that was made a moment ago may not know its tables yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(alertEmail) ? [] : [recipients.id]
      }
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'story-to-manga')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Story to manga'
    category: 'workbook'
    sourceId: applicationInsightsId
    serializedData: replace(loadTextContent('monitoring/workbook.json'), '{applicationInsightsId}', applicationInsightsId)
  }
}

output recipientsId string = empty(alertEmail) ? '' : recipients.id
output workbookId string = workbook.id
